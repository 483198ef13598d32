using Declarative.Interop;

namespace Declarative.Tests.Interop;

public sealed class CppNameTests
{
    // The right sides are what a C++ compiler's own tool says, without the parameters.
    [Theory]
    [InlineData("_ZN2at4_ops10add_Tensor4callERKNS_6TensorES4_RKN3c106ScalarE", "at::_ops::add_Tensor::call")]
    [InlineData("_ZNK5torch2nn6Module11is_trainingEv", "torch::nn::Module::is_training")]
    [InlineData("_ZN3c105ErrorC2ENS_14SourceLocationENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", "c10::Error::Error")]
    [InlineData("_ZN3c105ErrorD1Ev", "c10::Error::~Error")]
    [InlineData("_ZN2at11show_configB5cxx11Ev", "at::show_config")]
    [InlineData("_ZNSt9exceptionD2Ev", "std::exception::~exception")]
    [InlineData("_ZSt9terminatev", "std::terminate")]
    [InlineData("_Z5plainv", "plain")]
    [InlineData("_ZTVN5torch8autograd4NodeE", "vtable of torch::autograd::Node")]
    [InlineData("_ZTIN3c105ErrorE", "type_info of c10::Error")]
    public void Scopes_are_read(string symbol, string name) => Assert.Equal(name, CppName.Of(symbol));

    // Templates and operators, what is of C, and what is none.
    [Theory]
    [InlineData("_ZN5torch2nn6detail11RNNImplBaseINS0_7GRUImplEE5resetEv")]
    [InlineData("_ZN2at6TensoraSERKS0_")]
    [InlineData("_Znwm")]
    [InlineData("malloc")]
    [InlineData("_ZN99shortE")]
    [InlineData("_ZN")]
    [InlineData("_Z")]
    [InlineData("_ZN2at")]
    [InlineData("")]
    public void What_is_more_stays_as_it_is(string symbol) => Assert.Equal(symbol, CppName.Of(symbol));
}

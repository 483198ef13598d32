using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Generators.Tests;

/// <summary>Hyperparameters of TorchSharp modules, whose <c>RegisterComponents()</c> takes every tensor field for a buffer: they are
/// neither parameters nor buffers, whatever is called in whatever order.</summary>
public sealed class ModuleTests
{
    private const string Plain = """
        public class Sample : Module<Tensor, Tensor>
        {
            private readonly Linear layer = Linear(3, 2);
            private readonly Tensor offset = zeros(2);
            [Hyperparameter(1.5, Domain.Positive)] private Tensor temperature;
            [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(layer))] private Tensor decays;
            public Sample() : base("sample") => RegisterComponents();
            public override Tensor forward(Tensor input) => (layer.call(input) + offset) / temperature + decays.sum();
        }
        """;

    private static readonly string[] variants =
    [
        // The field of a plain module.
        Plain.Replace("class", "partial class"),
        // A partial property.
        Plain.Replace("class", "sealed partial class").Replace("private Tensor temperature;", "private partial Tensor temperature { get; }"),
        // Read before the components are registered.
        Plain.Replace("class", "partial class").Replace("=> RegisterComponents();", "{ _ = Hyperparameters; RegisterComponents(); }"),
        Plain.Replace("class", "partial class").Replace("=> RegisterComponents();", "{ RegisterComponents(); _ = Hyperparameters.Count; RegisterComponents(); }"),
        Plain.Replace("class", "partial class").Replace("private Tensor temperature;", "private partial Tensor temperature { get; }")
            .Replace("=> RegisterComponents();", "{ _ = temperature.dtype; RegisterComponents(); }"),
        // An override of the user's own.
        Plain.Replace("class", "partial class").Replace("public override Tensor", "protected override void RegisterComponents() { base.RegisterComponents(); CreateHyperparameters(); } public override Tensor"),
        Plain.Replace("class", "partial class").Replace("=> RegisterComponents();", "{ _ = Hyperparameters; RegisterComponents(); }")
            .Replace("public override Tensor", "protected override void RegisterComponents() { base.RegisterComponents(); this.CreateHyperparameters(); } public override Tensor"),
        // A base class with one of them.
        """
        public abstract partial class Base : Module<Tensor, Tensor>
        {
            [Hyperparameter(1.5, Domain.Positive)] protected Tensor temperature;
            protected Base() : base("sample") { _ = Hyperparameters; RegisterComponents(); }
        }

        public sealed partial class Sample : Base
        {
            private readonly Linear layer = Linear(3, 2);
            private readonly Tensor offset = zeros(2);
            [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(layer))] private Tensor decays;
            public Sample() => RegisterComponents();
            public override Tensor forward(Tensor input) => (layer.call(input) + offset) / temperature + decays.sum();
        }
        """,
        """
        public abstract partial class Base : Module<Tensor, Tensor>
        {
            [Hyperparameter(1.5, Domain.Positive)] private Tensor temperature;
            protected Base() : base("sample") => RegisterComponents();
            protected Tensor Scaled(Tensor input) => input / temperature;
        }

        public abstract class Between : Base { }

        public sealed partial class Sample : Between
        {
            private readonly Linear layer = Linear(3, 2);
            private readonly Tensor offset = zeros(2);
            [Hyperparameter(0.5, Domain.UnitInterval, Size = nameof(layer))] private Tensor decays;
            public override Tensor forward(Tensor input) => Scaled(layer.call(input) + offset) + decays.sum();
        }
        """,
    ];

    public static TheoryData<int> Variants => [.. Enumerable.Range(0, variants.Length)];

    private static nn.Module<Tensor, Tensor> Create(string source) =>
        (nn.Module<Tensor, Tensor>)Activator.CreateInstance(NumericCheck.Load(GeneratorHarness.Run(source)).GetType("Sample", throwOnError: true)!)!;

    [Theory, MemberData(nameof(Variants))]
    public void They_are_neither_parameters_nor_buffers_and_stay_leaves(int variant)
    {
        using var scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> module = Create(variants[variant]);
        using nn.Module<Tensor, Tensor> other = Create(variants[variant]);
        HyperparameterSet set = ((IHyperparameterOwner)module).Hyperparameters;
        Assert.Equal(["temperature", "decays[0]", "decays[1]"], set.EntryNames);
        AssertApart(module);

        Tensor input = ones(1, 3);
        Tensor output = module.call(input);
        module.train();
        AssertApart(module);
        module.eval();
        AssertApart(module);

        using (var stream = new MemoryStream())
        {
            module.save(stream);
            other.load(new MemoryStream(stream.ToArray()));
            Assert.Equal(output.data<float>().ToArray(), other.call(input).data<float>().ToArray());
        }

        module.to(ScalarType.Float64);
        AssertApart(module);
        Assert.All(module.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        module.to(CPU);
        AssertApart(module);
        // The values are those of the set, whatever was called.
        set["temperature"].Value = 3;
        Tensor after = module.call(input.to(ScalarType.Float64));
        Assert.Equal((output.sum() - 2).ToDouble() / 2, (after.sum() - 2).ToDouble(), 1e-5);

        after.sum().backward();
        Assert.All(Leaves(module), leaf => Assert.NotNull(leaf.grad));
    }

    [Fact]
    public void A_member_read_before_anything_is_created_is_null_only_where_nobody_registers()
    {
        using var scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> module = Create(Plain.Replace("class", "partial class").Replace("=> RegisterComponents();", "{ }"));
        Assert.Throws<NullReferenceException>(() => module.call(ones(1, 3)));
        Assert.Equal(2, ((IHyperparameterOwner)module).Hyperparameters.Count);
        Assert.Equal([1, 2], module.call(ones(1, 3)).shape);
    }

    private static void AssertApart(nn.Module module)
    {
        Assert.Equal(["layer.bias", "layer.weight"], module.named_parameters().Select(item => item.name).Order());
        Assert.Equal(["offset"], module.named_buffers().Select(item => item.name));
        Assert.Equal(["layer.bias", "layer.weight", "offset"], module.state_dict().Keys.Order());
        Assert.Equal(2, Leaves(module).Length);
        Assert.All(Leaves(module), leaf => Assert.True(leaf is { is_leaf: true, requires_grad: true }));
    }

    private static Tensor[] Leaves(nn.Module module) =>
        [.. Hierarchy(module).SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.Name.TrimStart('_') is "temperature" or "decays").Select(field => (Tensor)field.GetValue(module)!)];

    private static IEnumerable<Type> Hierarchy(nn.Module module)
    {
        for (Type? type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
            yield return type;
    }
}

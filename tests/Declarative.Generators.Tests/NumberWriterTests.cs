using Declarative.Generators.Emission;
using Declarative.Generators.Rules;

namespace Declarative.Generators.Tests;

/// <summary>Numbers and conditions are written as C# reads them.</summary>
public sealed class NumberWriterTests
{
    private static readonly Node a = new Variable("a", ValueKind.Number);
    private static readonly Node b = new Variable("b", ValueKind.Number);
    private static readonly Node whole = new Setting("this.whole", ValueKind.Number, IsDouble: false);

    private static Node Of(Operation operation, params Node[] arguments) => new Apply(operation, arguments.ToEquatable(), ValueKind.Number);

    public static TheoryData<double, string> Literals => new()
    {
        { 0, "0.0" }, { 1, "1.0" }, { 0.1, "0.1" }, { -2.5, "-2.5" }, { 1e-8, "1E-08" }, { 1e300, "1E+300" }, { 1.0 / 3, "0.3333333333333333" },
        { double.NaN, "double.NaN" }, { double.NegativeInfinity, "double.NegativeInfinity" }, { double.MaxValue, "1.7976931348623157E+308" },
    };

    [Theory, MemberData(nameof(Literals))]
    public void A_literal_is_exact(double value, string text) => Assert.Equal(text, NumberWriter.Literal(value));

    [Fact]
    public void Parentheses_stand_where_they_must()
    {
        Assert.Equal("a - (b - a)", NumberWriter.Write(Of(Operation.Subtract, a, Of(Operation.Subtract, b, a))));
        Assert.Equal("a - b - a", NumberWriter.Write(Of(Operation.Subtract, Of(Operation.Subtract, a, b), a)));
        Assert.Equal("a / (b * a)", NumberWriter.Write(Of(Operation.Divide, a, Of(Operation.Multiply, b, a))));
        Assert.Equal("(a + b) * (a - b)", NumberWriter.Write(Of(Operation.Multiply, Of(Operation.Add, a, b), Of(Operation.Subtract, a, b))));
        Assert.Equal("-(a * b)", NumberWriter.Write(Of(Operation.Negate, Of(Operation.Multiply, a, b))));
        Assert.Equal("-(-a)", NumberWriter.Write(Of(Operation.Negate, Of(Operation.Negate, a))));
        Assert.Equal("a * -2", NumberWriter.Write(Of(Operation.Multiply, a, new Constant(-2))));
        Assert.Equal("-(-2)", NumberWriter.Write(Of(Operation.Negate, new Constant(-2))));
        Assert.Equal("(a + b) * (a + b)", NumberWriter.Write(Of(Operation.Square, Of(Operation.Add, a, b))));
        Assert.Equal("1 / (a / b)", NumberWriter.Write(Of(Operation.Reciprocal, Of(Operation.Divide, a, b))));
        Assert.Equal("!(a < b) && (a == b || a > b)", NumberWriter.Write(Of(Operation.And,
            Of(Operation.Not, Of(Operation.Less, a, b)), Of(Operation.Or, Of(Operation.Equal, a, b), Of(Operation.Greater, a, b)))));
    }

    [Fact]
    public void A_whole_number_never_meets_another_as_one()
    {
        Assert.Equal("1 / (double)this.whole", NumberWriter.Write(Of(Operation.Divide, Constant.One, whole)));
        Assert.Equal("-((double)this.whole)", NumberWriter.Write(Of(Operation.Negate, whole)));
    }
}

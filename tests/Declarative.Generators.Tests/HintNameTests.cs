namespace Declarative.Generators.Tests;

/// <summary>A generated file's name is legal, unique whatever the case, and short. One bad name takes away every output.</summary>
public sealed class HintNameTests
{
    private const string Body = "{ [Hyperparameter(0.5, Domain.Positive)] private Tensor a; public Tensor A => a; }";

    private static IEnumerable<string> HintNames(string source)
    {
        GeneratorRun run = GeneratorHarness.Run(source);
        string[] names = [.. run.Sources.Keys];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches(@"^[A-Za-z0-9._-]{1,140}\.g\.cs$", name));
        return names;
    }

    [Theory]
    [InlineData("public partial class Plain " + Body, "Plain.g.cs")]
    [InlineData("namespace A.B; public partial class Plain " + Body, "A.B.Plain.g.cs")]
    [InlineData("namespace A; public partial class Outer { public partial class Inner " + Body + " }", "A.Outer.Inner.g.cs")]
    [InlineData("namespace A; public partial class Outer<T> { public partial class Inner<TKey, TValue> " + Body + " }", "A.Outer-1.Inner-2.g.cs")]
    [InlineData("public partial class _under " + Body, "_under.g.cs")]
    public void A_plain_name_is_the_class_s_own(string source, string expected) => Assert.Equal([expected], HintNames(source));

    [Theory]
    [InlineData("public partial class Plain " + Body + " public partial class Plain<T> " + Body)]
    [InlineData("public partial class Größe " + Body + " public partial class Größ\u00EB " + Body)]
    [InlineData("public partial class @class " + Body + " namespace @namespace { public partial class @class " + Body + " }")]
    [InlineData("public partial class Same " + Body + " public partial class SAME " + Body + " public partial class same " + Body)]
    [InlineData("namespace One { public partial class Same " + Body + " } namespace ONE { public partial class Same " + Body + " }")]
    [InlineData("namespace A.One { public partial class Same " + Body + " } namespace A.ONE.B { public partial class Same " + Body + " } namespace A.One.B { public partial class Same " + Body + " }")]
    [InlineData("public partial class One { public partial class Same " + Body + " } public partial class ONE { public partial class Same " + Body + " }")]
    [InlineData("public partial class Same<T> " + Body + " public partial class SAME<T> " + Body)]
    [InlineData("public partial class A { public partial class B_C " + Body + " } public partial class A_B { public partial class C " + Body + " }")]
    public void Names_that_are_nearly_equal_differ(string source) =>
        Assert.Equal(source.Split(Body).Length - 1, HintNames("#pragma warning disable CS8981\n" + source).Count());

    [Fact]
    public void A_very_long_name_keeps_its_end()
    {
        string space = string.Join(".", Enumerable.Repeat("Quite.Long.Namespaces", 12));
        string[] names = [.. HintNames($"namespace {space}.First {{ public partial class Model {Body} }} namespace {space}.Second {{ public partial class Model {Body} }}")];
        Assert.Equal(2, names.Length);
        Assert.All(names, name => Assert.Contains(".Model-", name));
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Tests.BadInputs;

/// <summary>Problems that do not come together.</summary>
internal static class ProblemRows
{
    public static IEnumerable<BadInput> All =>
    [
        Null("no model", scene => new BilevelProblem(null!, scene.Rule, scene.GoodTraining, scene.GoodValidation), "model"),
        Null("no update rule", scene => new BilevelProblem(scene.Model, (IUpdateRule)null!, scene.GoodTraining, scene.GoodValidation), "optimizer"),
        Null("no training loss", scene => new BilevelProblem(scene.Model, scene.Rule, null!, scene.GoodValidation), "training"),
        Null("no validation loss", scene => new BilevelProblem(scene.Model, scene.Rule, scene.GoodTraining, null!), "validation"),
        Null("no groups", scene => new BilevelProblem(scene.Model, (IReadOnlyList<ParameterGroup>)null!, scene.GoodTraining, scene.GoodValidation), "groups"),
        Null("no problem", scene => new BilevelTrainer(null!, new NoBatches(), new NoBatches()), "problem"),
        Null("no training batches", scene => new BilevelTrainer(scene.Problem, null!, new NoBatches()), "trainingBatches"),
        Null("no validation batches", scene => new BilevelTrainer(scene.Problem, new NoBatches(), null!), "validationBatches"),
        Wrong("an owner that is null", scene => scene.NewProblem(owners: [scene.Scale, null!]), "owner", "null"),
        Wrong("an owner twice", scene => scene.NewProblem(owners: [scene.Scale, scene.Scale]), "'scale'", "Names must differ"),
        Wrong("two owners with a name in common", scene => scene.NewProblem(owners: [scene.Scale, new TrainingScale()]), "'scale'", "Names must differ"),
        Groups("an empty list of groups", [], "no parameter group"),
        Groups("a group that is null", [null!], "group", "null"),
        Groups("two groups of one name", [new("a", new Sgd(), _ => true), new("a", new Sgd(), _ => false)], "'a'"),
        Groups("groups with a parameter in common", [new("all", new Sgd(), _ => true), new("biases", new Sgd(), name => name.EndsWith("bias", StringComparison.Ordinal))],
            "'convolution.bias'", "'all' and 'biases'", "exactly one"),
        Groups("groups that leave a parameter out", [new("weights", new Sgd(), name => name.EndsWith("weight", StringComparison.Ordinal))], "'convolution.bias'", "no group"),
        Groups("a group without parameters", [new("all", new Sgd(), _ => true), new("none", new Sgd(), _ => false)], "'none'", "contains none"),
        Wrong("groups with a rule in common", scene => new BilevelProblem(scene.Model,
            [new("a", scene.Rule, name => name.StartsWith("last", StringComparison.Ordinal)), new("b", scene.Rule, name => !name.StartsWith("last", StringComparison.Ordinal))],
            scene.GoodTraining, scene.GoodValidation), "'a'", "an instance of its own"),
        Wrong("a group without a name", _ => new ParameterGroup(" ", new Sgd(), _ => true), "name"),
        Null("a group without a rule", _ => new ParameterGroup("a", null!, _ => true), "optimizer"),
        Null("a group of nothing", _ => new ParameterGroup("a", new Sgd(), null!), "contains"),
    ];

    private static BadInput Null(string name, Func<Scene, object> make, string argument) => BadInput.Of<ArgumentNullException>(name, make, argument);

    private static BadInput Wrong(string name, Func<Scene, object> make, params string[] says) => BadInput.Of<ArgumentException>(name, make, says);

    private static BadInput Groups(string name, ParameterGroup[] groups, params string[] says) =>
        Wrong(name, scene => scene.NewTrainer(new(scene.Model, groups, scene.GoodTraining, scene.GoodValidation)), says);
}

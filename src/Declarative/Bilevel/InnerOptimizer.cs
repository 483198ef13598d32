using Declarative.Interop;
using Declarative.Rules;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>The update rules of a problem at work on flat vectors: each parameter group by its own rule, on its own range of θ.</summary>
internal sealed class InnerOptimizer
{
    private readonly Group[] groups;
    private readonly Tensor like;
    private readonly int learned;

    /// <summary>Prepares the rules; which hyperparameters are learned is settled here.</summary>
    /// <exception cref="ArgumentException">A group is empty, or a value per parameter tensor does not fit it.</exception>
    public InnerOptimizer(BilevelProblem problem, ParameterVector parameters, LearnedCoordinates coordinates)
    {
        like = parameters.Vector;
        learned = coordinates.Count;
        groups = [.. problem.Groups.Select(group => new Group(group.Optimizer, parameters.SlicesOf(group), coordinates))];
        int column = 0;
        foreach (Group group in groups)
        {
            group.FirstColumn = column;
            column += group.Settings.ColumnCount;
        }
        ColumnCount = column;
    }

    /// <summary>The entries of all hyperparameters of the rules: what φ̄ has a column for.</summary>
    public int ColumnCount { get; }

    /// <summary>The entries of all tensor states.</summary>
    public long StateEntries => groups.Sum(group => group.Count * group.Rule.States.Count(state => state.TakesMemory));

    /// <summary>The learned entries of φ̄: the column, the row among the coordinates u, and dφ/du.</summary>
    public IEnumerable<(int Column, int Row, double Derivative)> Learned =>
        groups.SelectMany(group => group.Settings.Learned.Select(entry => entry with { Column = group.FirstColumn + entry.Column }));

    /// <summary>o before the first step.</summary>
    public OptimizerState CreateState()
    {
        using var scope = NewDisposeScope();
        return new([.. groups.Select(group => new UpdateState(group.Rule.States, group.Of(like)))]);
    }

    /// <summary>Tangents that are zero, but for φ̇.</summary>
    public OptimizerTangents CreateTangents()
    {
        using var scope = NewDisposeScope();
        return new([.. groups.Select(group => new UpdateTangents(group.Rule.States, group.Settings.Seeds(0, 0), learned, group.Of(like)))]);
    }

    /// <summary>Adjoints after the last step: θ̄ is given, the others are zero.</summary>
    public OptimizerAdjoints CreateAdjoints(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        return new([.. groups.Select(group => new UpdateAdjoints(group.Rule.States, group.Settings.ColumnCount, group.Of(parameter)))],
            [.. groups.Select(group => (group.Offset, group.Count))]);
    }

    /// <summary>One step.</summary>
    /// <param name="state">o; becomes o'.</param>
    /// <param name="parameter">θ [p]. Not written, unless it may be.</param>
    /// <param name="gradient">g [p].</param>
    /// <param name="step">From 0.</param>
    /// <param name="mayOverwrite">Whether θ may be overwritten by θ', which saves memory and time; a part of it may then be even where another
    /// tensor is returned.</param>
    /// <returns>θ' [p], in the present dispose scope: θ itself where all of it was overwritten.</returns>
    public Tensor Step(OptimizerState state, Tensor parameter, Tensor gradient, long step, bool mayOverwrite = false)
    {
        bool isOverwritten = true;
        ForEachGroup(step, group =>
        {
            UpdateState placed = Place(state, group, parameter, gradient, step, mayOverwrite);
            Tensor before = placed.Parameter;
            groups[group].Steps.Step(placed);
            isOverwritten &= ReferenceEquals(before, placed.Parameter);
        });
        return isOverwritten ? parameter : FlatParts.Join(state.Groups, group => group.Parameter);
    }

    /// <summary>One step with its derivative.</summary>
    /// <param name="state">o; becomes o'.</param>
    /// <param name="tangents">(θ̇, ȯ); become (θ̇', ȯ').</param>
    /// <param name="parameter">θ [p]. Not written.</param>
    /// <param name="gradient">g [p].</param>
    /// <param name="gradientTangent">ġ [q, p]. May be overwritten.</param>
    /// <param name="step">From 0.</param>
    /// <returns>θ' [p], in the present dispose scope.</returns>
    public Tensor TangentStep(OptimizerState state, OptimizerTangents tangents, Tensor parameter, Tensor gradient, Tensor gradientTangent, long step)
    {
        ForEachGroup(step, group =>
        {
            tangents.Groups[group].Gradient = groups[group].Of(gradientTangent);
            groups[group].Steps.TangentStep(Place(state, group, parameter, gradient, step), tangents.Groups[group]);
        });
        return FlatParts.Join(state.Groups, group => group.Parameter);
    }

    /// <summary>The transpose of a step's derivative: (θ̄', ō') becomes (θ̄, ō) and ḡ, and φ̄ grows by what this step contributes.</summary>
    /// <param name="before">o before the step. Not changed.</param>
    /// <param name="adjoints">θ̄, ō, ḡ and φ̄.</param>
    /// <param name="parameter">θ [p] before the step.</param>
    /// <param name="gradient">g [p] of the step.</param>
    /// <param name="step">From 0.</param>
    public void AdjointStep(OptimizerState before, OptimizerAdjoints adjoints, Tensor parameter, Tensor gradient, long step)
    {
        ForEachGroup(step, group => groups[group].Steps.AdjointStep(Place(before, group, parameter, gradient, step), adjoints.Groups[group]));
    }

    // What TorchSharp throws within a rule is told as one's who wrote it.
    private void ForEachGroup(long step, Action<int> take)
    {
        int group = 0;
        try
        {
            for (; group < groups.Length; group++)
                take(group);
        }
        catch (Exception e) when (NativeErrors.Is(e))
        {
            throw new InvalidOperationException($"The update rule {groups[group].Rule.GetType().Name} threw at step {step + 1}: {NativeErrors.Sentence(e)}", e);
        }
    }

    private UpdateState Place(OptimizerState state, int group, Tensor parameter, Tensor gradient, long step, bool mayOverwrite = false)
    {
        UpdateState placed = state.Groups[group];
        placed.Parameter = groups[group].Of(parameter);
        placed.Gradient = groups[group].Of(gradient);
        placed.Step = step + 1;
        placed.MayOverwrite = mayOverwrite;
        return placed;
    }

    /// <summary>One group: its rule, and its range of the flat vectors.</summary>
    private sealed class Group
    {
        private readonly bool isAll;

        public Group(IUpdateRule rule, IReadOnlyList<ParameterSlice> slices, LearnedCoordinates coordinates)
        {
            Rule = rule;
            Offset = slices[0].Offset;
            Count = slices.Sum(slice => slice.Count);
            Settings = new(rule, coordinates, slices);
            Steps = new(rule, [.. slices.Select(slice => slice with { Offset = slice.Offset - Offset })], Settings);
            isAll = Offset == 0;
        }

        public IUpdateRule Rule { get; }

        public RuleSettings Settings { get; }

        public RuleSteps Steps { get; }

        public long Offset { get; }

        public long Count { get; }

        public int FirstColumn { get; set; }

        /// <summary>This group's part of [p] or [q, p].</summary>
        public Tensor Of(Tensor flat) => isAll && flat.size(-1) == Count ? flat : flat.narrow(-1, Offset, Count);
    }
}

namespace Declarative.Rules;

/// <summary>The hyperparameters of an update rule as it meets them at a step and a parameter tensor: which entry of each it reads, times
/// which given factor, and so where its derivative belongs.</summary>
internal sealed class RuleSettings
{
    private readonly LearnedCoordinates coordinates;
    private readonly NumberHyperparameter[] items;
    private readonly int[] firstColumns;

    /// <summary>Settles what is learned.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="coordinates">The coordinates of the whole problem.</param>
    /// <param name="tensors">The parameter tensors that it trains.</param>
    /// <exception cref="ArgumentException">A value per parameter tensor does not fit these tensors, or this rule.</exception>
    public RuleSettings(IUpdateRule rule, LearnedCoordinates coordinates, IReadOnlyList<ParameterSlice> tensors)
    {
        this.coordinates = coordinates;
        items = [.. rule.Hyperparameters.Cast<NumberHyperparameter>()];
        firstColumns = new int[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            firstColumns[i] = ColumnCount;
            ColumnCount += items[i].Count;
            if (items[i].Tensors is { } names)
                Check(items[i].Name, names, rule, tensors);
        }
        DiffersByTensor = items.Any(item => item.Tensors is not null);
    }

    /// <summary>The entries of all hyperparameters: what φ̄ has a column for.</summary>
    public int ColumnCount { get; }

    /// <summary>Whether parameter tensors read different values.</summary>
    public bool DiffersByTensor { get; }

    /// <summary>The learned entries: the column in φ̄, the row among the coordinates u, and dφ/du.</summary>
    public IEnumerable<(int Column, int Row, double Derivative)> Learned => items.SelectMany((item, i) => coordinates.RowOf(item) is { } row
        ? Enumerable.Range(0, item.Count).Select(entry => (firstColumns[i] + entry, row + entry, LearnedCoordinates.Derivative(item, entry))) : []);

    /// <summary>Writes the fields that the rule reads.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="tensor">The parameter tensor's position among the rule's.</param>
    public void Publish(long step, int tensor)
    {
        foreach (NumberHyperparameter item in items)
            item.PublishAt(step, tensor);
    }

    /// <summary>φ̇ of each hyperparameter; zero where it is fixed.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="tensor">The parameter tensor's position among the rule's.</param>
    public NumberTangent[] Seeds(long step, int tensor) => Array.ConvertAll(items, item =>
    {
        if (coordinates.RowOf(item) is not { } row)
            return NumberTangent.Zero;
        int entry = item.EntryAt(step, tensor);
        return NumberTangent.Seed(row + entry, item.FactorAt(step) * LearnedCoordinates.Derivative(item, entry));
    });

    /// <summary>The column of φ̄ to which each hyperparameter's adjoint belongs, and the factor on it.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="tensor">The parameter tensor's position among the rule's.</param>
    public AdjointColumn[] Columns(long step, int tensor)
    {
        var columns = new AdjointColumn[items.Length];
        for (int i = 0; i < items.Length; i++)
            columns[i] = new(firstColumns[i] + items[i].EntryAt(step, tensor), items[i].FactorAt(step));
        return columns;
    }

    private static void Check(string name, IReadOnlyList<string> names, IUpdateRule rule, IReadOnlyList<ParameterSlice> tensors)
    {
        // The names of a part of the model are the ends of the model's own.
        if (names.Count != tensors.Count || names.Zip(tensors).Any(pair => !pair.Second.Name.EndsWith(pair.First, StringComparison.Ordinal)))
            throw new ArgumentException($"Hyperparameter '{name}' has a value for each of {string.Join(", ", names)}, but its update rule trains "
                + $"{string.Join(", ", tensors.Select(tensor => tensor.Name))}. Call PerTensor with the module that it trains.");
        if (rule.States.FirstOrDefault(state => state.IsNumber) is { } number)
            throw new ArgumentException($"Hyperparameter '{name}' cannot have a value per parameter tensor: all tensors share the number "
                + $"'{number.Name}' that the update rule keeps. Use a parameter group for each value.");
    }
}

/// <summary>Where the adjoint of a hyperparameter belongs.</summary>
/// <param name="Column">The column of φ̄.</param>
/// <param name="Factor">The given factor with which the rule read that entry.</param>
internal readonly record struct AdjointColumn(int Column, double Factor);

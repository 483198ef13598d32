using System.Reflection;
using System.Runtime.Loader;
using Declarative.Interop;
using Declarative.Rules;
using Declarative.Tests.Optimizers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative.Generators.Tests;

/// <summary>Runs generated steps for real, beside the method that they were generated from. The gradient is g(θ) = 0.3 sin θ + 0.8, in
/// double precision.</summary>
internal static class NumericCheck
{
    private const int Steps = 4;
    private const double Difference = 1e-5;
    private static readonly double[] start = [0.7, 0.4, 1.3, 0.9, 0.8, 1.05];

    static NumericCheck() => NativeLibraries.Prepare();

    /// <summary>The assembly that a run of the generator gives.</summary>
    public static Assembly Load(GeneratorRun run)
    {
        using var image = new MemoryStream();
        // Warnings have been looked at; the compiler alone would not know which of them are suppressed.
        EmitResult result = run.Output.WithOptions(run.Output.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default)).Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }

    /// <summary>Asserts, for a few steps: the generated step, in one pass where it has one and operation by operation, and the generated tangent step give the values of the method itself; the
    /// tangents are the derivatives that finite differences of the method show; the adjoint step is the transpose; every state owns its tensor; nothing leaks.</summary>
    public static void AssertAgrees(Type type, params object[] configuration) => AssertAgrees(type, 1e-12, configuration);

    /// <summary>The same, with another tolerance for the values.</summary>
    public static void AssertAgrees(Type type, double tolerance, object[] configuration)
    {
        IUpdateRule Create() => (IUpdateRule)Activator.CreateInstance(type, configuration)!;
        double[][] expected = RunMethod(Create());
        (double[][] plain, _) = RunGenerated(Create(), withTangents: false);
        (double[][] strided, _) = RunGenerated(Create(), withTangents: false, isStrided: true);
        (double[][] values, double[][,] tangents) = RunGenerated(Create(), withTangents: true);
        AssertClose(expected, plain, tolerance, $"{type.Name}: the step");
        AssertClose(expected, strided, tolerance, $"{type.Name}: the step, operation by operation");
        AssertClose(expected, values, tolerance, $"{type.Name}: the tangent step");
        for (long step = 1; step <= Steps; step++)
            TransposeCheck.AssertTransposed(Create(), step);
        for (int row = 0; row < Learned(Create()).Length; row++)
        {
            double[][] derivative = Combine(RunMethod(Moved(Create(), row, Difference)), RunMethod(Moved(Create(), row, -Difference)),
                (up, down) => (up - down) / (2 * Difference));
            double[][] tangent = [.. tangents.Select(matrix => Enumerable.Range(0, matrix.GetLength(1)).Select(column => matrix[row, column]).ToArray())];
            AssertClose(derivative, tangent, 1e-7, $"{type.Name}: the tangent of {Learned(Create())[row].Name}");
        }
    }

    private static Hyperparameter[] Learned(IUpdateRule rule) => [.. rule.Hyperparameters.Where(item => item.IsLearned)];

    private static IUpdateRule Moved(IUpdateRule rule, int row, double move)
    {
        Hyperparameter moved = Learned(rule)[row];
        moved.Value = moved.Domain.ToValue(moved.Domain.ToCoordinate(moved.Value) + move);
        return rule;
    }

    // A rule that looks at whole tensors gets a matrix.
    private static Tensor Start(IUpdateRule rule) => rule.RunsPerTensor ? tensor(start).view(2, 3) : tensor(start);

    private static Tensor Gradient(Tensor parameter) => parameter.sin() * 0.3 + 0.8;

    private static Tensor GradientTangent(Tensor parameter, Tensor tangent) => parameter.cos() * 0.3 * tangent;

    // θ, then the states, after the last step, as the user's own method computes them in the user's own fields.
    private static double[][] RunMethod(IUpdateRule rule)
    {
        using var scope = NewDisposeScope();
        _ = rule.Hyperparameters.Count;
        MethodInfo method = Hierarchy(rule).SelectMany(type => type.GetMethods(Members)).First(candidate => candidate.GetCustomAttribute<UpdateRuleAttribute>() is not null);
        // The field, or that behind a partial property.
        FieldInfo[] states = [.. rule.States.Select(state => Hierarchy(rule)
            .Select(type => type.GetField(state.Name, Members) ?? type.GetField("__" + state.Name, Members)).First(field => field is not null)!)];
        // A state that is not used stays null: a rule that touches it throws.
        foreach ((FieldInfo field, StateDeclaration state) in states.Zip(rule.States).Where(pair => pair.Second.IsUsed))
            field.SetValue(rule, state.IsNumber ? (object)state.Initial : Start(rule).full_like(state.Initial));
        Tensor parameter = Start(rule);
        for (long step = 1; step <= Steps; step++)
            parameter = UpdateMethod.Invoke(method, rule, parameter, Gradient(parameter), step);
        return [Read(parameter), .. states.Select(state => state.GetValue(rule) is double number ? [number] : Read((Tensor?)state.GetValue(rule)))];
    }

    // A class, then its base classes, each with the members that it declares.
    private static IEnumerable<Type> Hierarchy(IUpdateRule rule)
    {
        for (Type? type = rule.GetType(); type is not null; type = type.BaseType)
            yield return type;
    }

    private static (double[][] Values, double[][,] Tangents) RunGenerated(IUpdateRule rule, bool withTangents, bool isStrided = false)
    {
        using var scope = NewDisposeScope();
        // What does not lie contiguously is never stepped over in one pass.
        Tensor parameter = isStrided ? stack([Start(rule), Start(rule)], -1).select(-1, 0) : Start(rule);
        Hyperparameter[] learned = Learned(rule);
        NumberTangent[] seeds = [.. rule.Hyperparameters.Select(item => Array.IndexOf(learned, item) is var row and >= 0
            ? NumberTangent.Seed(row, item.Domain.Derivative(item.Domain.ToCoordinate(item.Value))) : NumberTangent.Zero)];
        using var state = new UpdateState(rule.States, parameter);
        using var tangents = new UpdateTangents(rule.States, seeds, Math.Max(1, learned.Length), parameter);
        long live = Tensor.TotalCount;
        for (long step = 1; step <= Steps; step++)
        {
            using (NewDisposeScope())
            {
                state.Step = step;
                state.Parameter = parameter;
                state.Gradient = Gradient(parameter);
                tangents.Gradient = GradientTangent(parameter, tangents.Parameter);
                if (withTangents)
                    rule.TangentStep(state, tangents);
                else
                    rule.Step(state);
                // θ' may be a view of θ.
                parameter.copy_(state.Parameter.clone());
            }
            AssertNoneLeaked(live);
        }
        AssertOwned(rule, state, tangents);
        int[] indices = [.. Enumerable.Range(0, rule.States.Count)];
        double[][] values = [Read(parameter), .. indices.Select(i => rule.States[i].IsNumber ? [state.NumberAt(i)] : Read(state.TensorAt(i)))];
        double[][,] derivatives = [Matrix(tangents.Parameter), .. indices.Select(i => rule.States[i].IsNumber
            ? Matrix(tangents.NumberAt(i), learned.Length) : Matrix(tangents.TensorAt(i)))];
        return (values, derivatives);
    }

    // Those that other tests left to the finalizer may go meanwhile.
    private static void AssertNoneLeaked(long before) => Assert.True(Tensor.TotalCount <= before, $"{Tensor.TotalCount - before} tensors leaked.");

    private static void AssertOwned(IUpdateRule rule, UpdateState state, UpdateTangents tangents)
    {
        int[] tensors = [.. Enumerable.Range(0, rule.States.Count).Where(i => !rule.States[i].IsNumber && rule.States[i].IsUsed)];
        nint[] storages = [.. tensors.Select(i => Storage(state.TensorAt(i)))];
        Assert.Equal(storages.Length, storages.Distinct().Count());
        nint[] tangentStorages = [.. tensors.Select(i => Storage(tangents.TensorAt(i))), Storage(tangents.Parameter)];
        Assert.Equal(tangentStorages.Length, tangentStorages.Distinct().Count());
    }

    private static nint Storage(Tensor tensor) => tensor.storage<double>().data_ptr();

    private static double[] Read(Tensor? tensor) => tensor is null || tensor.numel() == 0 ? [] : tensor.contiguous().data<double>().ToArray();

    private static double[,] Matrix(Tensor tensor) => tensor.numel() == 0 ? new double[tensor.shape[0], 0] : (double[,])tensor.reshape(tensor.shape[0], -1).data<double>().ToNDArray();

    private static double[,] Matrix(NumberTangent tangent, int rows)
    {
        double[,] matrix = new double[rows, 1];
        for (int i = 0; i < tangent.Rows.Length; i++)
            matrix[tangent.Rows[i], 0] = tangent.Values[i];
        return matrix;
    }

    private static double[][] Combine(double[][] left, double[][] right, Func<double, double, double> combine) =>
        [.. left.Zip(right, (a, b) => a.Zip(b, combine).ToArray())];

    private static void AssertClose(double[][] expected, double[][] actual, double tolerance, string what)
    {
        for (int i = 0; i < expected.Length; i++)
            for (int j = 0; j < expected[i].Length; j++)
                Assert.True(Math.Abs(expected[i][j] - actual[i][j]) <= tolerance * (1 + Math.Abs(expected[i][j])),
                    $"{what}, of {(i == 0 ? "θ" : $"state {i - 1}")}[{j}]: {actual[i][j]:R}, not {expected[i][j]:R}");
    }

    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
}

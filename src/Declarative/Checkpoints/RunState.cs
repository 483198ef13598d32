using System.Globalization;
using Declarative.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Declarative;

/// <summary>All that a run is between two windows. Random numbers and batches are not part of it: they are functions of the step. Its tensors
/// belong to the dispose scope in which it is made.</summary>
internal sealed class RunState : IDisposable
{
    private readonly BilevelProblem problem;
    private readonly GlocalOptions options;
    private readonly ModeParts parts;
    private readonly ModePlan plan;
    private readonly Tensor parameters;
    private readonly Tensor[] live;
    private readonly Tensor[] constants;
    private readonly double[] values;
    private readonly double[] coordinates;
    private readonly bool[] isUsed;
    private readonly RunPosition position;
    private readonly List<string> differences = [];
    private ModeState carried;
    private ModeChoice? mode;

    private RunState(BilevelProblem problem, GlocalOptions options, ModeParts parts, ModePlan plan, RunPosition position, bool isFresh)
    {
        (this.problem, this.options, this.parts, this.plan, this.position) = (problem, options, parts, plan, position);
        live = LiveConstants(problem.Model);
        parameters = isFresh ? parts.Parameters.Vector.clone() : parts.Parameters.Vector;
        constants = isFresh ? Array.ConvertAll(live, tensor => tensor.detach().clone()) : live;
        values = problem.Hyperparameters.EntryValues;
        coordinates = [.. problem.Hyperparameters.SelectMany(item => item.Coordinates.ToArray())];
        isUsed = [.. parts.Leaves.IsUsed];
        // What the next window forgets need not be kept.
        if (!isFresh && position.Memory.Discount == 0)
            plan.Mode.Discount(0);
        carried = isFresh ? new(parts.Optimizer.CreateState(), null) : plan.Mode.Save();
        mode = plan.Settled;
    }

    /// <summary>Writes a run as it is now to a file.</summary>
    public static CheckpointReport Write(string file, BilevelProblem problem, GlocalOptions options, ModeParts parts, ModePlan plan, RunPosition position)
    {
        using var scope = NewDisposeScope();
        using var state = new RunState(problem, options, parts, plan, position, isFresh: false);
        long bytes = CheckpointFile.Write(file, stream => state.Exchange(new StateWriter(stream)));
        return new(position.Step, file, bytes);
    }

    /// <summary>Makes a run what a file says. It is read into room of its own first: where it is refused, nothing has changed.</summary>
    /// <returns>Where the run stands then, and what is different from when it was written.</returns>
    /// <exception cref="CheckpointException">It is refused.</exception>
    public static (RunPosition Position, string[] Differences) Read(string file, BilevelProblem problem, GlocalOptions options, ModeParts parts, ModePlan plan)
    {
        using var scope = NewDisposeScope();
        using var state = new RunState(problem, options, parts, plan, new(options, parts.Coordinates, plan.Memory), isFresh: true);
        using (Stream content = CheckpointFile.Open(file))
        {
            var reader = new StateReader(content, file);
            state.Exchange(reader);
            reader.End();
            try
            {
                plan.Adopt(state.mode!);
            }
            catch (InvalidOperationException e)
            {
                throw reader.Unfit(e.Message.TrimEnd('.'));
            }
        }
        state.Apply();
        return (state.position, [.. state.differences]);
    }

    /// <summary>Writes all of it down, or fills it.</summary>
    private void Exchange(StateExchange with)
    {
        ExchangeEnvironment(with);
        with.Same("parameters", RunIdentity.Parameters(problem, parts.Parameters));
        with.Same("update rules", RunIdentity.Rules(problem));
        with.Same("hyperparameters", RunIdentity.Hyperparameters(problem.Hyperparameters));
        with.Same("options", RunIdentity.Options(options, plan.Memory));
        mode = ModeChoice.Exchange(with, mode);
        position.Exchange(with);
        with.Same("hyperparameters", RunIdentity.Schedules(problem.Hyperparameters, position.Step));
        with.Same("data", RunIdentity.Data(parts.Losses, position, with.IsReading));
        ExchangeHyperparameters(with);
        with.Flags("losses depend on", isUsed);
        with.Tensor("parameter vector", parameters);
        for (int i = 0; i < constants.Length; i++)
            with.Tensor($"constant {i}", constants[i]);
        ExchangeCarried(with);
    }

    /// <summary>Makes the run what this is.</summary>
    private void Apply()
    {
        using var noGradient = no_grad();
        plan.Mode.Restore(carried);
        parts.Leaves.IsUsed = isUsed;
        parts.Parameters.Write(parameters);
        foreach ((Tensor constant, Tensor kept) in live.Zip(constants))
            constant.copy_(kept);
        int entry = 0;
        foreach (Hyperparameter item in problem.Hyperparameters)
        {
            item.Place(values.AsSpan(entry, item.Count), coordinates.AsSpan(entry, item.Count));
            entry += item.Count;
        }
    }

    /// <summary>Releases what it holds.</summary>
    public void Dispose() => carried.Dispose();

    // What training reads of the model and does not learn: buffers, and parameters that are frozen.
    private static Tensor[] LiveConstants(nn.Module model) => [.. ModuleInternals.Buffers(model),
        .. model.named_parameters().Where(item => !item.parameter.requires_grad).Select(item => (Tensor)item.parameter).DistinctBy(tensor => tensor.Handle)];

    private void ExchangeEnvironment(StateExchange with)
    {
        Note("version of Declarative", RunIdentity.Library);
        Note("version of libtorch", __version__);
        Note("device", parts.Parameters.Vector.device.ToString());
        Note("number of threads", get_num_threads().ToString(CultureInfo.InvariantCulture));

        void Note(string what, string now)
        {
            string then = with.Text(what, now);
            if (then != now)
                differences.Add($"the {what} was {then} when the checkpoint was written, and is {now}: results may differ in their last bits");
        }
    }

    private void ExchangeHyperparameters(StateExchange with)
    {
        double[] present = [.. values];
        with.Numbers("hyperparameter values", values);
        with.Numbers("coordinates", coordinates);
        int entry = 0;
        foreach (Hyperparameter item in problem.Hyperparameters)
            for (int i = 0; i < item.Count; i++, entry++)
            {
                if (!item.IsLearned && !values[entry].Equals(present[entry]))
                    throw with.Unfit(FormattableString.Invariant($"'{item.NameOf(i)}' was fixed at {values[entry]}, and this run fixes it at {present[entry]}"));
                if (with.IsReading && (!item.Domain.Contains(values[entry]) || (item.IsLearned && !double.IsFinite(coordinates[entry]))))
                    throw with.Unfit(FormattableString.Invariant($"'{item.NameOf(i)}' is {values[entry]}, outside of {item.Domain}"));
            }
    }

    private void ExchangeCarried(StateExchange with)
    {
        carried.State.Exchange(with);
        int learned = parts.Coordinates.Count;
        if (with.Flag("tangents carried", carried.Tangents is not null))
        {
            if (learned == 0)
                throw with.Unfit("it has tangents, where this run learns nothing");
            carried = carried with { Tangents = carried.Tangents ?? parts.Optimizer.CreateTangents() };
            carried.Tangents.Exchange(with);
        }
        if (with.Flag("influence known", carried.Influence is not null))
        {
            carried = carried with { Influence = carried.Influence ?? new(new double[learned], new double[learned]) };
            with.Numbers("influence level", carried.Influence.Level);
            with.Numbers("influence weight", carried.Influence.Weight);
        }
    }
}

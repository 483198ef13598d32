using Declarative.Koopman;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Declarative.DeviceTests;

/// <summary>Six steps on 24 examples in batches of 8, in one window; the same whenever it is made.</summary>
internal sealed record ContentRun(Func<ModelContents, Parts> Create)
{
    private const int Steps = 6;

    /// <summary>Where and how it is computed. The model is made there, and begins with the numbers that it has in float64 on the CPU.</summary>
    public Place Place { get; init; } = Place.Reference;

    public HypergradientMode Mode { get; init; } = HypergradientMode.Forward;

    public ReverseStorage Storage { get; init; }

    public HessianVectorProducts Products { get; init; } = HessianVectorProducts.Sequential;

    public Func<IUpdateRule> Optimizer { get; init; } = () => new Sgd();

    public Func<Parts, (Func<Batch, Tensor> Training, IHyperparameterOwner Owner)> Loss { get; init; } = model =>
    {
        var loss = new SmoothedLoss(model);
        return (loss.Training, loss);
    };

    /// <summary>What happens around the evaluation of the validation loss.</summary>
    public Func<Parts, Func<Tensor>, Tensor> Validate { get; init; } = (_, evaluate) => evaluate();

    /// <summary>Looks at the model after the run.</summary>
    public Action<Parts> Finally { get; init; } = _ => { };

    /// <summary>The coordinate that is moved before the run.</summary>
    public (string Name, double By) Move { get; init; }

    public (WindowReport Report, string[] Names) Take()
    {
        using var scope = NewDisposeScope();
        // Handing such small work to other threads takes longer than the work.
        int threads = get_num_threads();
        set_num_threads(1);
        try
        {
            return TakeSteps();
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>The derivative of the final validation loss by a central difference of whole runs.</summary>
    public double Difference(string name)
    {
        // The error is a few 1e-11 by the third derivative, and as much by rounding.
        const double Step = 1e-5;
        double At(double by) => (this with { Move = (name, by) }).Take().Report.ValidationLoss;
        return (At(Step) - At(-Step)) / (2 * Step);
    }

    private (WindowReport Report, string[] Names) TakeSteps()
    {
        using var generator = new Generator(11);
        Tensor Draw(int examples) => Place.Take(randn([examples, 36], dtype: ScalarType.Float64, generator: generator));
        Tensor DrawLabels(int examples) => Place.Take(randint(0, 3, [examples], dtype: ScalarType.Int64, generator: generator));
        Tensor inputs = Draw(24), unseen = Draw(12);
        Tensor labels = DrawLabels(24), unseenLabels = DrawLabels(12);
        using Parts model = CreateModel();
        (Func<Batch, Tensor> training, IHyperparameterOwner owner) = Loss(model);
        var problem = new BilevelProblem(model, Optimizer(), training,
            batch => Validate(model, () => cross_entropy(model.call(batch.Inputs), batch.Targets)), [owner]);
        problem.Hyperparameters["learningRate"].Value = .1;
        MoveCoordinate(problem);
        var recorder = new WindowRecorder();
        using var batches = new TensorBatchSource(inputs, labels, 8);
        using var validation = new TensorBatchSource(unseen, unseenLabels, 12);
        using (var trainer = new BilevelTrainer(problem, batches, validation,
            new GlocalOptions { Mode = Mode, Storage = Storage, Products = Products, Window = Steps + 1, Estimator = new LastSampleEstimator() }))
            trainer.Run(Steps, [recorder]);
        Finally(model);
        return (recorder.Windows.Single(), [.. problem.Hyperparameters.EntryNames]);
    }

    /// <summary>The model as it begins.</summary>
    public Parts CreateModel()
    {
        manual_seed(3);
        Parts original = Create(new ModelContents());
        if (Place == Place.Reference)
            return original;
        Parts model = Create(new ModelContents(Place));
        using (original)
        using (no_grad())
            foreach ((Parameter copy, Parameter parameter) in model.parameters().Zip(original.parameters()))
                copy.copy_(parameter);
        return model;
    }

    private void MoveCoordinate(BilevelProblem problem)
    {
        foreach (Hyperparameter item in problem.Hyperparameters)
        {
            double[] values = item.Values.ToArray();
            for (int i = 0; i < values.Length; i++)
                if (item.NameOf(i) == Move.Name)
                    values[i] = item.Domain.ToValue(item.Domain.ToCoordinate(values[i]) + Move.By);
            item.SetValues(values);
        }
    }
}

using System.Globalization;
using Declarative.Reporting;

namespace Declarative.Tests.Reporting;

public sealed class CsvLogTests : IDisposable
{
    private const string Header =
        "method,step,trainingLoss,validationLoss,learningRate,learningRate.local,learningRate.estimate,learningRate.decision\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_row_per_window_with_numbers_that_read_back_exactly()
    {
        CsvLog log = new(folder["new/trajectory.csv"]);
        Run(log.Observe("glocal"), "learningRate", Reports.Window(0, 50, loss: 0.1, 1e-3), Reports.Window(1, 100, loss: 5e-324, 0.1 + 0.2));

        Assert.Equal(Header +
            "glocal,50,0.1,0.15000000000000002,0.001,0.3333333333333333,NaN,Estimate\n" +
            "glocal,100,5E-324,1E-323,0.30000000000000004,0.3333333333333333,NaN,Estimate\n", File.ReadAllText(log.FilePath));
    }

    [Fact]
    public void Methods_share_a_file_and_its_header()
    {
        CsvLog log = new(folder["trajectory.csv"]);
        Run(log.Observe("fixed"), "learningRate", Reports.Window(0, 50, loss: 2, 1));
        Run(log.Observe("local"), "learningRate", Reports.Window(0, 50, loss: 2, 1));

        Assert.Equal(Header + "fixed,50,2,3,1,0.3333333333333333,NaN,Estimate\nlocal,50,2,3,1,0.3333333333333333,NaN,Estimate\n",
            File.ReadAllText(log.FilePath));
    }

    [Fact]
    public void Text_is_quoted_as_RFC_4180_asks()
    {
        CsvLog log = new(folder["trajectory.csv"]);
        WindowReport window = Reports.Window(0, 1, loss: 2, 1) with
        {
            Decisions = [new TrustDecision(HypergradientSource.TailMean, 0.5, "no \"skill\", z = 0.3")],
        };
        Run(log.Observe("a,b\n\"c\""), "weights[0]", window);

        Assert.Equal("method,step,trainingLoss,validationLoss,weights[0],weights[0].local,weights[0].estimate,weights[0].decision\n" +
            "\"a,b\n\"\"c\"\"\",1,2,3,1,0.3333333333333333,NaN,\"TailMean x0.50: no \"\"skill\"\", z = 0.3\"\n",
            File.ReadAllText(log.FilePath));
    }

    [Fact]
    public void The_culture_of_the_thread_does_not_matter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo decimalComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        decimalComma.NumberFormat.NumberDecimalSeparator = ",";
        decimalComma.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = decimalComma;
        try
        {
            CsvLog log = new(folder["trajectory.csv"]);
            Run(log.Observe("local"), "learningRate", Reports.Window(0, 1, loss: 0.5, -0.25));
            Assert.Equal(Header + "local,1,0.5,0.75,-0.25,0.3333333333333333,NaN,Estimate\n", File.ReadAllText(log.FilePath));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Appending_keeps_the_rows_and_a_new_log_drops_them()
    {
        string path = folder["trajectory.csv"];
        Run(new CsvLog(path).Observe("first"), "learningRate", Reports.Window(0, 1, loss: 2, 1));
        Run(new CsvLog(path, append: true).Observe("second"), "learningRate", Reports.Window(0, 1, loss: 2, 1));
        Assert.Equal(["method", "first", "second"], File.ReadLines(path).Select(line => line.Split(',')[0]));

        Run(new CsvLog(path).Observe("third"), "learningRate", Reports.Window(0, 1, loss: 2, 1));
        Assert.Equal(["method", "third"], File.ReadLines(path).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void Other_hyperparameters_cannot_go_on_with_a_file()
    {
        CsvLog log = new(folder["trajectory.csv"]);
        Run(log.Observe("first"), "learningRate");
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Run(log.Observe("second"), "momentum"));
        Assert.Contains("trajectory.csv", e.Message);
    }

    private static void Run(ITrainingObserver observer, string name, params WindowReport[] windows)
    {
        observer.OnStarted(Reports.Plan(100, 50, name));
        foreach (WindowReport window in windows)
            observer.OnWindow(window);
    }
}

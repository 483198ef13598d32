using System.Text.RegularExpressions;
using Declarative.Interop;
using Declarative.Tests.Interop;

namespace Declarative.Tests;

/// <summary>A sample for a host that has PyTorch and no .NET: published whole but for libtorch, it runs on the libtorch of a folder. Here that is the
/// package's, and everything else of .NET or of packages is out of its sight.</summary>
public sealed partial class HostProgramTests(HostProgramTests.Host host) : IClassFixture<HostProgramTests.Host>
{
    private const long Mebibyte = 1 << 20;

    [LinuxX64Fact]
    public void It_is_small_and_has_neither_libtorch_nor_links()
    {
        FileInfo[] files = [.. new DirectoryInfo(host.Folder).EnumerateFiles("*", SearchOption.AllDirectories)];

        Assert.InRange(files.Sum(file => file.Length), 10 * Mebibyte, 60 * Mebibyte);
        Assert.DoesNotContain(files, file => file.LinkTarget is not null);
        Assert.DoesNotContain(files, file => LibTorch().IsMatch(file.Name));
        // What trimming may break of ours is an error; of packages it may say something.
        Assert.All(host.Warnings, warning => Assert.Matches(WarningOfAPackage(), warning));
    }

    [LinuxX64Fact]
    public void It_trains_on_a_libtorch_that_lies_elsewhere()
    {
        CommandResult examined = host.Run("--libtorch").MustSucceed();
        Assert.Contains($"libtorch      {new LibTorchReport().ExpectedVersion}, in {host.LibTorch}", examined.Output);
        Assert.Contains("none missing", examined.Output);

        CommandResult trained = host.Run("--steps", "100", "--method", "local", "--out", Path.Combine(host.Folder, "..", "run")).MustSucceed();
        Assert.Contains("local: 100% 100/100", trained.Output);
        Assert.DoesNotContain("warning", trained.Output);
    }

    [LinuxX64Fact]
    public void What_libtorch_lacks_is_said_before_anything_is_called()
    {
        CommandResult lacking = host.RunWith([TorchSharpLibrary.CalledSymbol], "--libtorch").MustSucceed();
        Assert.Contains($"1 of which a call ends the process: {TorchSharpLibrary.SpoiltCalled}", lacking.Output);
        Assert.Contains("warning: libtorch is 2.10.0", host.RunWith([TorchSharpLibrary.CalledSymbol], "--steps", "1", "--window", "1", "--data", "nowhere").Output);

        CommandResult unfit = host.RunWith([TorchSharpLibrary.LoadedSymbol], "--libtorch");
        Assert.Equal(1, unfit.ExitCode);
        Assert.Contains($"1 without which it does not load: {TorchSharpLibrary.SpoiltLoaded}", unfit.Output);
        CommandResult refused = host.RunWith([TorchSharpLibrary.LoadedSymbol], "--steps", "1");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"lacks 1 of the functions without which TorchSharp", refused.Output);
    }

    [LinuxX64Fact]
    public void A_GPU_that_is_asked_for_and_not_there_ends_it_with_the_reason()
    {
        // As where CUDA's libraries are installed by half.
        string folder = Directory.CreateDirectory(Path.Combine(host.Folder, "..", "half")).FullName;
        foreach (string file in Directory.GetFiles(host.LibTorch))
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(file)), file);
        File.WriteAllText(Path.Combine(folder, "libtorch_cuda.so"), "not a library");

        CommandResult result = host.RunOn(folder, "--device", "cuda");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: CUDA is not available: libtorch's library for CUDA does not load: ", result.Output.Trim());
        Assert.Contains("file too short", result.Output); // the loader's own words
        Assert.Contains("device: cpu. CUDA is not available", host.RunOn(folder, "--device", "auto", "--data", "nowhere").Output);
    }

    [LinuxX64Fact]
    public void Where_there_is_no_libtorch_the_script_says_so()
    {
        CommandResult result = host.RunOn(host.Folder, "--libtorch");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"error: there is no libtorch_cpu.so in '{host.Folder}'", result.Output);
    }

    [LinuxX64Fact]
    public void The_script_finds_PyTorch_without_importing_it_and_itself_through_a_link()
    {
        string python = Directory.CreateDirectory(Path.Combine(host.Folder, "..", "python")).FullName, package = Directory.CreateDirectory(Path.Combine(python, "torch")).FullName;
        File.WriteAllText(Path.Combine(package, "__init__.py"), "raise ImportError('PyTorch was imported')");
        if (!Directory.Exists(Path.Combine(package, "lib")))
            Directory.CreateSymbolicLink(Path.Combine(package, "lib"), host.LibTorch);
        string link = Path.Combine(python, "start");
        File.CreateSymbolicLink(link, Path.Combine(host.Folder, "run-with-pytorch.sh"));

        if (Command.Run("env", python, TimeSpan.FromMinutes(1), [], ["-i", "PATH=/usr/bin:/bin", "python3", "--version"]).ExitCode == 0)
            Assert.Contains("none missing", host.RunScript(link, [$"PYTHONPATH={python}"], "--libtorch").MustSucceed().Output);
        else
            Assert.Contains("there is no python", host.RunScript(link, [], "--libtorch").Output);
    }

    [GeneratedRegex(@"^lib(torch|c10|gomp|mkl)")]
    private static partial Regex LibTorch();

    [GeneratedRegex(@"warning IL2104: Assembly '(?!Declarative|Samples|FashionMnist)[^']+' produced trim warnings")]
    private static partial Regex WarningOfAPackage();

    /// <summary>Publishes, once.</summary>
    public sealed class Host : IDisposable
    {
        private static readonly TimeSpan timeout = TimeSpan.FromMinutes(8);
        private readonly Lazy<string> output;
        private readonly string temporary = Directory.CreateTempSubdirectory("declarative-host-").FullName;

        public Host() => output = new(() => Command.Run(Command.Dotnet, Repository.Root, timeout, Command.BuildEnvironment,
            ["publish", Path.Combine("samples", "FashionMnist"), "-c", "Release", "-r", "linux-x64", "-p:LibTorch=none", "-o", Path.Combine(temporary, "host"),
                // Apart from what is built and restored here; and the analyzers have seen these sources already.
                "--artifacts-path", Path.Combine(temporary, "artifacts"), "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
                "-p:NuGetAudit=false"]).MustSucceed().Output);

        /// <summary>What was published.</summary>
        internal string Folder => output.Value.Length > 0 ? Path.Combine(temporary, "host") : "";

        internal IEnumerable<string> Warnings => output.Value.Split('\n').Where(line => line.Contains(": warning ", StringComparison.Ordinal)).Distinct();

        /// <summary>The folder of the libtorch of this test run.</summary>
        internal string LibTorch { get; } = OperatingSystem.IsLinux() ? NativeLibraries.Examine(asksForCuda: false).Folder! : "";

        internal CommandResult Run(params string[] arguments) => RunOn(LibTorch, arguments);

        /// <summary>Runs it in an environment that knows nothing of .NET.</summary>
        internal CommandResult RunOn(string libTorch, params string[] arguments) => RunScript(Path.Combine(Folder, "run-with-pytorch.sh"), [], ["--lib", libTorch, .. arguments]);

        /// <summary>The same by a script, with variables of its own.</summary>
        internal CommandResult RunScript(string script, string[] variables, params string[] arguments) => Command.Run("env", temporary, timeout, [],
            ["-i", "PATH=/usr/bin:/bin", $"HOME={temporary}", $"TMPDIR={temporary}", "OMP_NUM_THREADS=1", .. variables, script, .. arguments]);

        /// <summary>Runs it with a library of TorchSharp's that needs what no libtorch has.</summary>
        internal CommandResult RunWith(string[] spoilt, params string[] arguments)
        {
            string file = Path.Combine(Folder, "libLibTorchSharp.so");
            byte[] whole = File.ReadAllBytes(file);
            try
            {
                File.WriteAllBytes(file, TorchSharpLibrary.Spoilt(spoilt));
                return Run(arguments);
            }
            finally
            {
                File.WriteAllBytes(file, whole);
            }
        }

        public void Dispose() => Directory.Delete(temporary, recursive: true);
    }
}

using Declarative.Interop;

namespace Declarative.Tests.Interop;

/// <summary>How libtorch is loaded, or not, in processes of their own: in this one it is loaded once and for all.</summary>
public sealed class NativeLibrariesTests(NativeLibrariesTests.Consumers consumers) : IClassFixture<NativeLibrariesTests.Consumers>
{
    private const string Torch = "torch";
    private const string Library = "declarative";
    private const string Function = "function";
    private const string Cuda = "cuda";

    // What touches TorchSharp is in methods of its own, compiled, and so resolved, when they are called.
    private const string Program =
        """
        using TorchSharp;

        switch (args[0])
        {
            case "torch":
                Touch();
                Declarative.Interop.NativeLibraries.Check();
                break;
            case "declarative":
                Declarative.Interop.NativeLibraries.Check();
                Touch();
                break;
            case "function":
                Call();
                Touch();
                break;
            case "cuda":
                Console.WriteLine(torch.cuda.is_available());
                Touch();
                break;
        }

        static void Touch() => Console.WriteLine($"sum {torch.ones(2).sum().item<float>()}");

        // The rare call that reaches a native function before the static constructor that loads it.
        static void Call() => Console.WriteLine(new torch.Generator(1).initial_seed());
        """;

    private static readonly string torchSharpVersion = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);

    [Theory]
    [InlineData(Torch)]
    [InlineData(Library)]
    [InlineData(Function)]
    [InlineData(Cuda)]
    public void LibTorchLoadsWhateverIsTouchedFirst(string first) =>
        Assert.Contains("sum 2", consumers.Complete.Run(first).MustSucceed().Output);

    [Theory]
    [InlineData(Torch)]
    [InlineData(Library)]
    public void LibTorchLoadsInAPublishedApplication(string first) =>
        Assert.Contains("sum 2", consumers.Published.RunPublished(first).MustSucceed().Output);

    [Theory]
    [InlineData(Torch)]
    [InlineData(Library)]
    [InlineData(Function)]
    [InlineData(Cuda)]
    public void WithoutLibTorchThePackageToAddIsNamed(string first)
    {
        CommandResult result = consumers.WithoutLibTorch.Run(first);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"{typeof(LibTorchLoadException)}: libtorch, the native library under TorchSharp, was not found", result.Output);
        Assert.Contains($"dotnet add package TorchSharp-cpu --version {torchSharpVersion}", result.Output);
        Assert.DoesNotContain("libtorch-cpu-", result.Output); // TorchSharp's advice
        long bytes = new DirectoryInfo(consumers.WithoutLibTorch.Output).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.LinkTarget is null).Sum(file => file.Length);
        Assert.InRange(bytes, 0, 20_000_000); // TorchSharp would have copied half a gigabyte
    }

    [Fact]
    public void LoadingLeavesNoFilesBehind()
    {
        CommandResult result = consumers.Complete.Run(Torch).MustSucceed();

        Assert.Contains("sum 2", result.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(consumers.Complete.Output, "declarative-*"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(consumers.Complete.Temporary));
    }

    [LinuxFact]
    public void WithoutATemporaryFolderLibTorchLoadsAsWell()
    {
        string missing = Path.Combine(consumers.Complete.Folder, "missing");

        Assert.Contains("sum 2", consumers.Complete.RunWith("TMPDIR", missing, Torch).MustSucceed().Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(consumers.Complete.Output, "declarative-*"));
    }

    [LinuxFact]
    public void LibTorchMayLieWhereTheSystemLooks() =>
        // As of a Python installation of PyTorch.
        Assert.Contains(
            "sum 2", consumers.WithoutLibTorch.RunWith("LD_LIBRARY_PATH", consumers.Complete.Output, Torch).MustSucceed().Output);

    [LinuxFact]
    public void WhatDoesNotLoadIsNamedWithTheReason()
    {
        ConsumerProject project = consumers.WithoutLibTorch;
        string[] broken = [Path.Combine(project.Output, "libc10.so"), Path.Combine(project.Output, "libtorch_cpu.so")];
        foreach (string path in broken)
        {
            File.WriteAllText(path, "not a library");
        }

        CommandResult result = project.Run(Torch);
        foreach (string path in broken)
        {
            File.Delete(path);
        }

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"{typeof(LibTorchLoadException)}: The native library {broken[0]} does not load on this machine:", result.Output);
        Assert.Contains("file too short", result.Output); // the loader's own words
    }

    [Fact]
    public void HereBothMayBeCalledAgainAndFromManyThreads()
    {
        Parallel.For(0, 8, _ =>
        {
            NativeLibraries.Prepare();
            NativeLibraries.Check();
        });
    }

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Linux only.";
    }

    /// <summary>Projects that several tests run, each built when the first of them asks.</summary>
    public sealed class Consumers : IDisposable
    {
        private readonly Lazy<ConsumerProject> complete = Built("TorchSharp-cpu", "MathNet.Numerics");
        private readonly Lazy<ConsumerProject> withoutLibTorch = Built("TorchSharp", "MathNet.Numerics");
        private bool published;

        internal ConsumerProject Complete => complete.Value;

        internal ConsumerProject WithoutLibTorch => withoutLibTorch.Value;

        internal ConsumerProject Published
        {
            get
            {
                if (!published)
                {
                    Complete.Publish().MustSucceed();
                    published = true;
                }

                return Complete;
            }
        }

        public void Dispose()
        {
            foreach (Lazy<ConsumerProject> project in new[] { complete, withoutLibTorch })
            {
                if (project.IsValueCreated)
                {
                    project.Value.Dispose();
                }
            }
        }

        private static Lazy<ConsumerProject> Built(params string[] packages) => new(() =>
        {
            var project = new ConsumerProject(Program, packages);
            try
            {
                project.Build().MustSucceed();
                return project;
            }
            catch
            {
                project.Dispose();
                throw;
            }
        });
    }
}

using System.Security.Cryptography;

namespace Declarative.Tests.Checkpoints;

/// <summary>Files that are not what a run needs are refused with a sentence that says why, and change nothing.</summary>
public sealed class RefusalTests : IDisposable
{
    private const int HeaderLength = 20, ChecksumLength = 32;

    private readonly string directory = Directory.CreateTempSubdirectory("declarative-").FullName;
    private readonly ResumableRun run = new(new());

    public RefusalTests() => run.Trainer.Run(20, checkpoints: new CheckpointFolder(directory) { Interval = TimeSpan.Zero });

    public static TheoryData<string, CheckpointFault, string> Damages => new()
    {
        { "empty", CheckpointFault.Truncated, "it has 0 bytes, not even a header" },
        { "half a header", CheckpointFault.Truncated, "not even a header" },
        { "without its last byte", CheckpointFault.Truncated, "it is truncated" },
        { "half", CheckpointFault.Truncated, "it is truncated" },
        { "a byte more", CheckpointFault.Truncated, "its header tells of" },
        { "a text", CheckpointFault.Foreign, "it is no checkpoint of this library" },
        { "a flipped bit", CheckpointFault.Damaged, "its checksum is not that of its contents" },
        { "a flipped bit of the checksum", CheckpointFault.Damaged, "its checksum is not that of its contents" },
        { "a newer version", CheckpointFault.Newer, "its format has version 2, and this library knows those up to 1: update it" },
        { "no version", CheckpointFault.Damaged, "there is no version 0" },
        { "a flipped bit of the version", CheckpointFault.Damaged, "its checksum is not that of its contents" },
        { "a negative length", CheckpointFault.Truncated, "it is damaged: its header tells of -22 bytes" },
        { "missing", CheckpointFault.Unreadable, "it cannot be read" },
        { "a directory", CheckpointFault.Unreadable, "it cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_bad_file_is_refused_and_the_one_before_it_offered(string damage, CheckpointFault fault, string sentence)
    {
        CheckpointReport[] good = [.. new CheckpointFolder(directory).GetCheckpoints()];
        string before = run.State();
        Damage(good[0].Path, damage);
        CheckpointException refused = Assert.Throws<CheckpointException>(() => run.Trainer.Resume(good[0].Path));

        Assert.Equal(fault, refused.Fault);
        Assert.Equal(good[0].Path, refused.Path);
        Assert.Contains(sentence, refused.Message);
        Assert.Equal(good[1].Path, refused.Earlier);
        Assert.Contains($"The one before it, '{good[1].Path}', is whole.", refused.Message);
        Assert.Equal(before, run.State());
        run.Trainer.Run(5);
    }

    [Fact]
    public void A_folder_goes_back_to_the_last_whole_one_and_says_so()
    {
        var folder = new CheckpointFolder(directory) { Interval = TimeSpan.Zero };
        Damage(folder.FileOf(20), "half");
        Damage(folder.FileOf(15), "a flipped bit");
        using var other = new ResumableRun(new(), initial: 2);
        Assert.Equal(10, other.Trainer.Resume(folder)!.Step);
        other.Trainer.Run(10, [other.Recorder], folder);
        Assert.True(File.Exists(folder.FileOf(20) + ".aside"));
        Assert.Equal(2, other.Recorder.Plan!.Notes.Count(note => note.Contains("is refused: it is ")));
        Assert.Equal(run.State(), other.State());
    }

    [Fact]
    public void From_the_one_that_was_offered_a_run_goes_on_in_the_same_folder()
    {
        var folder = new CheckpointFolder(directory) { Interval = TimeSpan.Zero };
        Damage(folder.FileOf(20), "half");
        using var other = new ResumableRun(new(), initial: 2);
        string earlier = Assert.Throws<CheckpointException>(() => other.Trainer.Resume(folder.FileOf(20))).Earlier!;
        other.Trainer.Resume(earlier);
        other.Trainer.Run(5, checkpoints: folder);
        Assert.Equal([20, 15, 10], folder.GetCheckpoints().Select(report => report.Step));
        Assert.Equal(run.State(), other.State());
    }

    [Fact]
    public void A_limit_that_changes_what_tangents_are_kept_is_another_option()
    {
        using ResumableRun guarded = new(new(), only: "body.learningRate"), reset = new(new() { MemoryLimit = 1000 }, only: "body.learningRate");
        guarded.Trainer.Run(5);
        string file = Path.Combine(directory, "guarded");
        guarded.Trainer.Save(file);
        Assert.Contains("its options: 'Memory guarded, discounted by 0.95', where this run has 'Memory reset'",
            Assert.Throws<CheckpointException>(() => reset.Trainer.Resume(file)).Message);
    }

    [Fact]
    public void Where_no_checkpoint_is_whole_that_is_said()
    {
        var folder = new CheckpointFolder(directory);
        foreach (CheckpointReport report in folder.GetCheckpoints())
            Damage(report.Path, "half");
        string before = run.State();
        Assert.Equal(CheckpointFault.Truncated, Assert.Throws<CheckpointException>(() => run.Trainer.Resume(folder)).Fault);
        Assert.Equal(before, run.State());
    }

    [Fact]
    public void A_folder_does_not_go_back_behind_a_newer_format()
    {
        var folder = new CheckpointFolder(directory);
        Damage(folder.FileOf(20), "a newer version");
        Assert.Equal(CheckpointFault.Newer, Assert.Throws<CheckpointException>(() => run.Trainer.Resume(folder)).Fault);
    }

    [Fact]
    public void A_run_does_not_write_among_the_checkpoints_of_another()
    {
        using var other = new ResumableRun(new());
        string message = Assert.Throws<InvalidOperationException>(() => other.Trainer.Run(5, checkpoints: new CheckpointFolder(directory))).Message;
        Assert.Contains("has one of step 20, and this run stands at step 0", message);
        Assert.Contains("Resume()", message);
        Assert.Equal(0, other.Trainer.Steps);
    }

    public static TheoryData<string, string> Others => new()
    {
        { "options", "its options: 'Seed 0', where this run has 'Seed 4'" },
        { "memory", "its options: 'Memory reset', where this run has 'Memory discounted by 0.5'" },
        { "data", "its data: 'training batch of step 20: " },
        { "learned", "its hyperparameters: '" },
        { "schedule", "its hyperparameters: 'head.learningRate[" },
        { "fixed", "'weights[0]' was fixed at 0.5, and this run fixes it at 0.25" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void The_checkpoint_of_another_run_is_refused(string what, string sentence)
    {
        var folder = new CheckpointFolder(directory);
        using ResumableRun other = new(what switch
        {
            "options" => new() { Seed = 4 },
            "memory" => new() { Memory = TangentMemory.Discounted(.5) },
            _ => new(),
        }, dataSeed: what == "data" ? 6 : 5, isPlain: what == "learned", schedule: what == "schedule" ? Schedule.Cosine(300) : null);
        if (what == "fixed")
            other.Problem.Hyperparameters["weights"].SetValues([.. Enumerable.Repeat(.25, 50)]);
        string before = other.State();
        CheckpointException refused = Assert.Throws<CheckpointException>(() => other.Trainer.Resume(folder));
        Assert.Equal(CheckpointFault.OtherRun, refused.Fault);
        Assert.Contains(sentence, refused.Message);
        Assert.Equal(before, other.State());
        Assert.Equal(4 - 1, folder.GetCheckpoints().Count);
    }

    [Fact]
    public void The_checkpoint_of_another_model_is_refused()
    {
        using var small = new SmallProblem();
        using var model = small.CreateModel();
        var problem = new BilevelProblem(model, new Sgd(), batch => model.call(batch.Inputs).square().mean(), batch => model.call(batch.Inputs).square().mean());
        using var trainer = new BilevelTrainer(problem, small.Training, small.Validation);
        Assert.Contains("its parameters: 'head: last.weight Float32 [3, 5]', where this run has 'first.weight Float64 [4, 5]'",
            Assert.Throws<CheckpointException>(() => trainer.Resume(new CheckpointFolder(directory))).Message);
    }

    // What a hand or a disk may make of a file: bytes changed, cut out or put in, numbers made huge. Half of them get a right checksum again.
    [Fact]
    public void Ten_thousand_mutated_files_crash_nothing_and_take_no_memory()
    {
        byte[] good = File.ReadAllBytes(new CheckpointFolder(directory).FileOf(20));
        string file = Path.Combine(directory, "mutated");
        var random = new Random(1);
        var faults = new Dictionary<CheckpointFault, int>();
        int accepted = 0;
        long most = 0;
        using var victim = new ResumableRun(new());
        for (int i = 0; i < 10_000; i++)
        {
            byte[] mutated = Mutate(good, random);
            if (i % 2 == 0)
                Seal(mutated);
            File.WriteAllBytes(file, mutated);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                victim.Trainer.Resume(file);
                accepted++;
            }
            catch (CheckpointException refused)
            {
                faults[refused.Fault] = faults.GetValueOrDefault(refused.Fault) + 1;
            }
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.True(faults[CheckpointFault.OtherRun] > 1000, string.Join(", ", faults));
        Assert.True(faults[CheckpointFault.Damaged] > 1000, string.Join(", ", faults));
        // A number that is another one is no fault that can be seen, once the checksum is right.
        Assert.InRange(accepted, 1, 5000);
        Assert.InRange(most, 0, 4 << 20);
    }

    public void Dispose()
    {
        run.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        int at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 64), bytes.Length - at)));
                return bytes;
            case 2:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 200))..]];
            case 3:
                return [.. bytes[..at], .. new byte[random.Next(1, 200)], .. bytes[at..]];
            case 4:
                // A length or a count, as they would be.
                byte[] huge = BitConverter.GetBytes(random.Next(2) == 0 ? int.MaxValue : -1);
                huge.AsSpan(0, Math.Min(4, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                return bytes;
            default:
                return bytes[..at];
        }
    }

    // Independent of the library: the header's length, and the checksum over content and header.
    private static void Seal(byte[] bytes)
    {
        if (bytes.Length < HeaderLength + ChecksumLength)
            return;
        int content = bytes.Length - HeaderLength - ChecksumLength;
        BitConverter.GetBytes((long)content).CopyTo(bytes, 12);
        SHA256.HashData([.. bytes[HeaderLength..(HeaderLength + content)], .. bytes[..HeaderLength]]).CopyTo(bytes, HeaderLength + content);
    }

    private static void Damage(string file, string damage)
    {
        byte[] bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "empty":
                bytes = [];
                break;
            case "half a header":
                bytes = bytes[..10];
                break;
            case "without its last byte":
                bytes = bytes[..^1];
                break;
            case "half":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "a byte more":
                bytes = [.. bytes, 0];
                break;
            case "a text":
                bytes = "{ \"step\": 20, \"parameters\": [0.1, 0.2] }"u8.ToArray();
                break;
            case "a flipped bit":
                bytes[bytes.Length / 2] ^= 4;
                break;
            case "a flipped bit of the checksum":
                bytes[^3] ^= 1;
                break;
            case "a newer version":
                bytes[8] = 2;
                Seal(bytes);
                break;
            case "no version":
                bytes[8] = 0;
                Seal(bytes);
                break;
            case "a flipped bit of the version":
                bytes[8] ^= 4;
                break;
            case "a negative length":
                bytes = bytes[..(HeaderLength + 10)];
                BitConverter.GetBytes(-22L).CopyTo(bytes, 12);
                break;
            case "missing":
                File.Delete(file);
                return;
            case "a directory":
                File.Delete(file);
                Directory.CreateDirectory(file);
                return;
        }
        File.WriteAllBytes(file, bytes);
    }
}

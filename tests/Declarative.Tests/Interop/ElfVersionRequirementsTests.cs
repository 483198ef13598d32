using Declarative.Interop;

namespace Declarative.Tests.Interop;

public sealed class ElfVersionRequirementsTests
{
    [Fact]
    public void AnUnusedRequirementBecomesWeakAndNothingElseChanges()
    {
        byte[] image = ElfFile.Create();

        Assert.Equal(1, ElfVersionRequirements.Weaken(image, "UNUSED_1"));

        byte[] expected = ElfFile.Create();
        expected[ElfFile.UnusedFlags] = 2;
        Assert.Equal(expected, image);
    }

    [Theory]
    [InlineData("NEEDED_1")] // a relocation uses it
    [InlineData("UNUSED_2")]
    [InlineData("UNUSED_")]
    [InlineData("USED_1")]
    [InlineData("")]
    public void AnyOtherRequirementIsLeftAlone(string version)
    {
        byte[] image = ElfFile.Create();

        Assert.Equal(0, ElfVersionRequirements.Weaken(image, version));
        Assert.Equal(ElfFile.Create(), image);
    }

    [Fact]
    public void TheSecondTimeThereIsNothingToDo()
    {
        byte[] image = ElfFile.Create();
        ElfVersionRequirements.Weaken(image, "UNUSED_1");
        byte[] once = [.. image];

        Assert.Equal(0, ElfVersionRequirements.Weaken(image, "UNUSED_1"));
        Assert.Equal(once, image);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5000)]
    public void WhatIsNoLibraryIsRefused(int size)
    {
        byte[] garbage = new byte[size];
        new Random(size).NextBytes(garbage);

        var exception = Assert.Throws<BadImageFormatException>(() => ElfVersionRequirements.Weaken(garbage, "UNUSED_1"));
        Assert.Contains("not a 64-bit little-endian ELF file", exception.Message);
    }

    [Fact]
    public void ALibraryCutOffAnywhereIsRefusedOrHandled()
    {
        byte[] image = ElfFile.Create();
        for (int length = 0; length < image.Length; length++)
        {
            RefusesOrHandles(image[..length]);
        }

        var exception = Assert.Throws<BadImageFormatException>(() => ElfVersionRequirements.Weaken(image.AsSpan(0, 300), "UNUSED_1"));
        Assert.Contains("cut off or damaged", exception.Message);
    }

    [Fact]
    public void ADamagedLibraryIsRefusedOrHandled()
    {
        var random = new Random(1);
        byte[] values = [0, 1, 15, 16, 0x7f, 0x80, 0xff];
        byte[] intact = ElfFile.Create();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] image = [.. intact];
            for (int j = random.Next(1, 12); j > 0; j--)
            {
                image[random.Next(image.Length)] = values[random.Next(values.Length)];
            }

            RefusesOrHandles(image);
        }
    }

    [LinuxX64Fact]
    public void InTorchSharpsLibraryOneByteChanges()
    {
        byte[] original = TorchSharpLibrary.Read();
        byte[] image = [.. original];

        Assert.Equal(1, ElfVersionRequirements.Weaken(image, "GLIBCXX_3.4.32"));

        int changed = Assert.Single(Enumerable.Range(0, image.Length), i => image[i] != original[i]);
        Assert.Equal(0, original[changed]);
        Assert.Equal(2, image[changed]);
        Assert.Equal(0, ElfVersionRequirements.Weaken(image, "GLIBCXX_3.4.32"));
    }

    [LinuxX64Fact]
    public void InTorchSharpsLibraryAVersionThatIsNeededStays()
    {
        byte[] image = TorchSharpLibrary.Read();

        Assert.Equal(0, ElfVersionRequirements.Weaken(image, "GLIBCXX_3.4.30"));
        Assert.Equal(TorchSharpLibrary.Read(), image);
    }

    [LinuxX64Fact]
    public void TorchSharpsLibraryCutOffAnywhereIsRefusedOrHandled()
    {
        byte[] image = TorchSharpLibrary.Read();
        for (int length = 1; length < image.Length; length += 50_021)
        {
            RefusesOrHandles(image[..length]);
        }
    }

    /// <summary>Neither an index out of range nor a walk without an end, whatever the bytes.</summary>
    private static void RefusesOrHandles(byte[] image)
    {
        try
        {
            Assert.InRange(ElfVersionRequirements.Weaken(image, "UNUSED_1"), 0, 1);
            Assert.InRange(ElfVersionRequirements.Weaken(image, "GLIBCXX_3.4.32"), 0, 1);
        }
        catch (BadImageFormatException)
        {
        }
    }

}

using Declarative.Interop;

namespace Declarative.Tests.Interop;

public sealed class ElfSymbolRequirementsTests
{
    [Fact]
    public void What_is_needed_at_once_is_told_from_what_a_first_call_needs()
    {
        Assert.Equal([new("called", IsNeededAtLoad: false), new("loaded", IsNeededAtLoad: true)], ElfSymbolRequirements.Read(ElfFile.Create()));
        // As with LD_BIND_NOW.
        Assert.Equal([new("called", IsNeededAtLoad: true), new("loaded", IsNeededAtLoad: true)], ElfSymbolRequirements.Read(ElfFile.Create(), bindsNow: true));
    }

    [Fact]
    public void A_library_that_is_cut_off_or_damaged_is_refused_or_handled()
    {
        byte[] intact = ElfFile.Create();
        for (int length = 0; length < intact.Length; length++)
            RefusesOrHandles(intact[..length]);
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] image = [.. intact];
            for (int j = random.Next(1, 12); j > 0; j--)
                image[random.Next(image.Length)] = (byte)random.Next(256);
            RefusesOrHandles(image);
        }
        Assert.Contains("not a 64-bit", Assert.Throws<BadImageFormatException>(() => ElfSymbolRequirements.Read(new byte[100])).Message);
    }

    [LinuxX64Fact]
    public void Of_TorchSharps_library_functions_come_at_a_first_call_and_what_tables_name_at_once()
    {
        ElfSymbolRequirement[] found = ElfSymbolRequirements.Read(TorchSharpLibrary.Read());

        bool IsNeededAtLoad(string part) => Assert.Single(found, one => one.Name.Contains(part, StringComparison.Ordinal)).IsNeededAtLoad;
        Assert.False(IsNeededAtLoad(TorchSharpLibrary.CalledSymbol));
        Assert.True(IsNeededAtLoad(TorchSharpLibrary.LoadedSymbol));
        // Most are functions, and no relocation names the one for which the library asks for a new C++ library.
        Assert.InRange(found.Count(one => one.IsNeededAtLoad), 10, found.Length / 4);
        Assert.DoesNotContain(found, one => one.Name == "_ZSt21ios_base_library_initv");
    }

    private static void RefusesOrHandles(byte[] image)
    {
        try
        {
            Assert.InRange(ElfSymbolRequirements.Read(image).Length, 0, image.Length);
        }
        catch (BadImageFormatException)
        {
        }
    }
}

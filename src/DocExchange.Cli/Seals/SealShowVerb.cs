using System.CommandLine;
using DocExchange.Trust.Seals;

namespace DocExchange.Cli.Seals;

/// <summary><c>docex seal show</c>: what a seal, or the seal in a seal signature, says.</summary>
internal sealed class SealShowVerb : Verb
{
    private readonly Argument<string> file;
    private readonly Option<string?> pictureFile;

    public SealShowVerb(Terminal terminal)
        : base(terminal, "show", "查看电子印章", "Show a seal")
    {
        file = Argument("FILE", "印章或签章数据（DER）", "A seal or a seal signature (DER)");
        pictureFile = Option<string?>("--picture", "另存印模", "Save the picture");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        if (parse.GetValue(pictureFile) is { } drawn)
        {
            NewFile.Require(drawn);
        }

        var bytes = SealVerbs.ReadSealFile(parse.GetRequiredValue(file));
        var seal = Read(bytes);
        if (parse.GetValue(pictureFile) is { } path)
        {
            await File.WriteAllBytesAsync(path, seal.Picture.Data.ToArray(), cancellation);
        }

        SealVerbs.Describe(screen, seal, []);
        return ExitCode.Ok;
    }

    private static Seal Read(byte[] bytes)
    {
        try
        {
            return SealSignature.ParseForeign(bytes).Seal;
        }
        catch (SealFormatException)
        {
            return Seal.ParseForeign(bytes);
        }
    }
}

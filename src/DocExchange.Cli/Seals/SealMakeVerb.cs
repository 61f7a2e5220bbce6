using System.CommandLine;
using DocExchange.Trust.Seals;

namespace DocExchange.Cli.Seals;

/// <summary><c>docex seal make</c>: a round red seal with its picture.</summary>
internal sealed class SealMakeVerb : Verb
{
    private readonly SealOptions seal;
    private readonly Option<string> bottom;
    private readonly Option<int> diameter;
    private readonly Option<string?> pictureFile;

    public SealMakeVerb(Terminal terminal)
        : base(terminal, "make", "制作圆形公章", "Make a round official seal")
    {
        seal = new SealOptions(terminal, this);
        bottom = Option("--bottom", "印章下方文字，如 公文交换专用章", "Text below the star", "");
        diameter = Option("--diameter", "直径（毫米）", "Diameter in millimetres", 45);
        pictureFile = Option<string?>("--picture", "另存印模（SVG）", "Save the picture too (SVG)");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        if (parse.GetValue(pictureFile) is { } drawn)
        {
            NewFile.Require(drawn);
        }

        var picture = RoundSeal.Draw(new RoundSealText { Name = seal.Name(parse), Bottom = parse.GetValue(bottom) ?? "", DiameterMm = parse.GetValue(diameter) });
        var made = await seal.MakeAsync(parse, picture, Terminal.Clock.GetUtcNow(), cancellation);
        if (parse.GetValue(pictureFile) is { } path)
        {
            await File.WriteAllBytesAsync(path, picture.Data.ToArray(), cancellation);
        }

        SealVerbs.Describe(screen, made.Seal, made.Remarks);
        return ExitCode.Ok;
    }
}

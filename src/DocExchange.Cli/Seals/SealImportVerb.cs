using System.CommandLine;
using System.Globalization;
using DocExchange.Core.Operating;
using DocExchange.Trust.Seals;

namespace DocExchange.Cli.Seals;

/// <summary><c>docex seal import</c>: takes the picture of another maker for a seal of one's own. A seal of another maker as it is goes to <c>docex hub renew-seal --seal</c>.</summary>
internal sealed class SealImportVerb : Verb
{
    private readonly SealOptions seal;
    private readonly Option<string> picture;
    private readonly Option<string> size;

    public SealImportVerb(Terminal terminal)
        : base(terminal, "import", "用已有印模图像（PNG、JPG、GIF、BMP、SVG）或他方印章中的印模制章", "Make a seal of an existing picture (PNG, JPG, GIF, BMP, SVG), or of the one in another maker's seal")
    {
        seal = new SealOptions(terminal, this);
        picture = Required<string>("--picture", "印模图像，或他方印章文件（SESeal，DER）", "The picture, or another maker's seal (SESeal, DER)");
        size = Option("--size", "宽×高（毫米），如 45x45", "Width by height in millimetres, such as 45x45", "45x45");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var bytes = SealVerbs.ReadSealFile(parse.GetRequiredValue(picture));
        var taken = Foreign(bytes) is { } other ? Taken(parse, other.Picture) : SealPicture.FromFile(bytes, Side(parse, 0), Side(parse, 1));
        var made = await seal.MakeAsync(parse, taken, Terminal.Clock.GetUtcNow(), cancellation);
        SealVerbs.Describe(screen, made.Seal, made.Remarks);
        return ExitCode.Ok;
    }

    // The size another maker states may be in pixels or none at all.
    private SealPicture Taken(ParseResult parse, SealPicture picture)
    {
        var isInMillimetres = picture.WidthMm is > 0 and <= SealPicture.MaxSideMm && picture.HeightMm is > 0 and <= SealPicture.MaxSideMm;
        return isInMillimetres ? SealPicture.FromFile(picture.Data, picture.WidthMm, picture.HeightMm) : SealPicture.FromFile(picture.Data, Side(parse, 0), Side(parse, 1));
    }

    private int Side(ParseResult parse, int which)
    {
        var sides = parse.GetRequiredValue(size).Split('x', '×');
        return sides.Length == 2 && int.TryParse(sides[which], NumberStyles.None, CultureInfo.InvariantCulture, out var side)
            ? side
            : throw new UsageException("--size 应形如 45x45。", "--size is of the form 45x45.");
    }

    private static Seal? Foreign(byte[] bytes)
    {
        try
        {
            return Seal.ParseForeign(bytes);
        }
        catch (SealFormatException)
        {
            return null;
        }
    }
}

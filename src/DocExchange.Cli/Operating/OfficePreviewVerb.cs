using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex office preview</c>: whom offices and groups stand for.</summary>
internal sealed class OfficePreviewVerb : NodeVerb
{
    private readonly Option<string[]> main;
    private readonly Option<string[]> copies;
    private readonly Option<string[]> except;

    public OfficePreviewVerb(Terminal terminal)
        : base(terminal, "preview", "预览分组展开后的收文单位", "Preview whom groups stand for")
    {
        main = Repeated("--to", "主送单位或分组", "Office or group, 主送");
        copies = Repeated("--cc", "抄送单位或分组", "Office or group, 抄送");
        except = Repeated("--except", "排除的单位", "Office to leave out");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var addressing = new Addressing { Main = { parse.GetValue(main) ?? [] }, Copies = { parse.GetValue(copies) ?? [] }, Exclude = { parse.GetValue(except) ?? [] } };
        var preview = await desk.PreviewAsync(addressing, cancellationToken: cancellation);
        screen.Show(
            new { directoryVersion = preview.DirectoryVersion, main = preview.Main.Select(Value), copies = preview.Copies.Select(Value) },
            [
                screen.Say($"主送 {preview.Main.Count} 个单位：", $"Main, {preview.Main.Count} offices:"),
                .. preview.Main.Select(Line),
                screen.Say($"抄送 {preview.Copies.Count} 个单位：", $"Copies, {preview.Copies.Count} offices:"),
                .. preview.Copies.Select(Line),
            ]);
        return ExitCode.Ok;

        string Line(AddressedOffice office) => $"  {office.Office}  {office.Name}{(office.Enrolled ? "" : screen.Say("（尚未接入）", " (has no node yet)"))}";
    }

    private static object Value(AddressedOffice office) => new { office = office.Office, name = office.Name, enrolled = office.Enrolled };
}

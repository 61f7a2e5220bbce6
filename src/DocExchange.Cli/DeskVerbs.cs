using System.CommandLine;
using DocExchange.Cli.Receiving;
using DocExchange.Cli.Registers;

namespace DocExchange.Cli;

/// <summary>What people note and take away at the desk beside acting on documents.</summary>
internal static class DeskVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "desk", "阅看、登记簿、编号与核验报告（以收发台用户登录）", "Reading, registers, numbers and reports (with an account of the desk)",
        new VerbGroup(terminal, "export", "登记簿导出为 Excel 或 CSV", "Registers as Excel or CSV files", new ExportSentVerb(terminal), new ExportReceivedVerb(terminal), new ExportSealingVerb(terminal), new ExportBoardVerb(terminal)),
        new SuggestNumberVerb(terminal),
        new NumberFormVerb(terminal),
        new ArchiveNumberVerb(terminal),
        new AcknowledgeVerb(terminal),
        new PreviewVerb(terminal),
        new ReceivedPageVerb(terminal, isReport: true),
        new ReceivedPageVerb(terminal, isReport: false));
}

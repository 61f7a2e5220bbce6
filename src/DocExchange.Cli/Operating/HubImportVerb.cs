using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex hub import</c></summary>
internal sealed class HubImportVerb : HubVerb
{
    private const int MaxSize = 16 * 1024 * 1024;

    private readonly Argument<string> file;

    public HubImportVerb(Terminal terminal)
        : base(terminal, "import", "由 CSV 文件导入机构目录", "Import the offices of a CSV file")
    {
        file = Argument("CSV", "UTF-8 的 CSV 文件", "A CSV file in UTF-8");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Administration.AdministrationClient hub, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(file);
        if (!File.Exists(path) || new FileInfo(path).Length > MaxSize)
        {
            throw new FailedException("NOT_FOUND", $"没有文件“{path}”，或大于 {MaxSize >> 20} MiB。", $"There is no file '{path}', or it is larger than {MaxSize >> 20} MiB.");
        }

        var csv = await File.ReadAllBytesAsync(path, cancellation);
        var change = await hub.ImportOfficesAsync(new ImportOfficesRequest { Csv = ByteString.CopyFrom(csv) }, cancellationToken: cancellation);
        ShowChange(screen, change, "已导入。", "Imported.");
        return ExitCode.Ok;
    }
}

using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using Grpc.Core;

namespace DocExchange.Cli.Demo;

/// <summary>The status board (签收情况) as the sender's desk shows it at one moment.</summary>
internal sealed record DemoBoard(string Phase, IReadOnlyList<RecipientRow> Rows, IReadOnlyList<string> Rejections)
{
    public int Delivered => Rows.Count(row => row.DeliveredAt.Length > 0);

    public int SignedFor => Rows.Count(row => row.SignedForAt.Length > 0 && row.ReturnedAt.Length == 0);

    public int Returned => Rows.Count(row => row.ReturnedAt.Length > 0);

    public int Urged => Rows.Count(row => row.Urged > 0);

    public static async Task<DemoBoard> ReadAsync(DemoSite site, CancellationToken cancellation)
    {
        var request = new ShowRequest { DocumentId = site.Sent.DocumentId, Office = SampleOffices.GeneralOffice };
        try
        {
            var shown = await site.General.Desk.ShowAsync(request, cancellationToken: cancellation);
            return new DemoBoard(shown.Document.Summary.Phase, [.. shown.Document.Recipients], [.. shown.Document.Rejections]);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
        {
            return new DemoBoard("", [], []);
        }
    }

    /// <exception cref="FailedException">The hub refused the document.</exception>
    public DemoBoard Unrejected() => Rejections.Count == 0
        ? this
        : throw new FailedException("REJECTED", "中心退件：" + string.Join("；", Rejections), "The hub rejected the document: " + string.Join("; ", Rejections));

    public bool IsDeliveredTo(SampleOffice office) => Rows.Any(row => IsOf(row, office) && row.DeliveredAt.Length > 0);

    public static bool IsOf(RecipientRow row, SampleOffice office) => row.Office == office.Id || row.Office == $"{SampleOffices.Exchange}/{office.Id}";
}

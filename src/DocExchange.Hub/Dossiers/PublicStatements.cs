using System.Collections.Concurrent;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;

namespace DocExchange.Hub.Dossiers;

/// <summary>
/// What the hub told everybody and documents rest on: directories, revocations, time-stamps. Each is read once. Safe for
/// concurrent use.
/// </summary>
internal sealed class PublicStatements(ICatalogue catalogue, DocumentReplay replay)
{
    private const int PageSize = 1_000;

    // Null for what no document rests on.
    private readonly ConcurrentDictionary<long, StatementBody?> read = new();

    /// <summary>Those below a ledger size, in order.</summary>
    /// <typeparam name="T">The kind that is wanted.</typeparam>
    public IEnumerable<(long Index, T Body)> Below<T>(long size)
        where T : StatementBody
    {
        long from = 0;
        while (catalogue.Mailbox(CatalogueRow.Everyone, from, PageSize) is { Count: > 0 } page)
        {
            foreach (var index in page.TakeWhile(index => index < size))
            {
                if (read.GetOrAdd(index, Read) is T body)
                {
                    yield return (index, body);
                }
            }

            from = page[^1] + 1;
        }
    }

    private StatementBody? Read(long index) => replay.Read(index).Statement.Body switch
    {
        DirectoryPublishedBody or CertificateRevokedBody or CheckpointStampedBody => replay.Read(index).Statement.Body,
        _ => null,
    };
}

using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Hub.Catalogue;

/// <summary>Primary keys of the catalogue's collections: parts joined by <c>|</c>, numbers padded so that text sorts as they do.</summary>
internal static class CatalogueKeys
{
    public static string Pad(long number) => number.ToString("D19", CultureInfo.InvariantCulture);

    public static string RejectionKey(StatementId statement, PartyId sender) => $"{statement}|{sender}";

    public static string PositionKey(string chainId, long number) => $"{chainId}|{Pad(number)}|";

    public static string DeadlineKey(DateTimeOffset deadline, string order) => $"{Pad(deadline.ToUnixTimeMilliseconds())}|{order}";

    public static string EntryKey(DocumentId document, long index) => $"{document}|{Pad(index)}";

    public static string MailboxKey(string node, long index) => $"{node}|{Pad(index)}";

    /// <summary>The index at the end of a key.</summary>
    public static long IndexOf(string key) => long.Parse(key.AsSpan(key.LastIndexOf('|') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
}

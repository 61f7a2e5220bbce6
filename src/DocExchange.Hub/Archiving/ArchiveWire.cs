using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Hub.Catalogue;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Archiving;

/// <summary>Documents and rows of the status board as messages.</summary>
internal static class ArchiveWire
{
    /// <param name="withCounts">Whether the reader may know how many others received it.</param>
    public static Wire.DocumentSummary Summary(DocumentSnapshot document, bool withCounts)
    {
        var wire = new Wire.DocumentSummary
        {
            DocumentId = document.Id.ToString(),
            PackageId = document.Package.ToString(),
            PackageSize = checked((ulong)document.PackageSize),
            Number = document.Number,
            Title = document.Title,
            DocumentType = document.Type,
            Urgency = document.Urgency,
            Sender = document.Sender,
            Phase = document.Phase.ToString(),
            AcceptedAt = Format(document.AcceptedAt),
            Recipients = (uint)document.Recipients,
            Volume = document.Volume,
        };
        if (withCounts)
        {
            (wire.Delivered, wire.SignedFor, wire.Returned) = ((uint)document.Delivered, (uint)document.SignedFor, (uint)document.Returned);
        }

        wire.Issuers.AddRange(document.Issuers);
        return wire;
    }

    public static Wire.RecipientRow Row(RecipientState row, OfficeDirectory directory) => new()
    {
        Office = row.Office.ToString(),
        OfficeName = directory.Find(row.Office)?.Name ?? "",
        Kind = row.IsCopy ? "copy" : "main",
        State = row.State.ToString(),
        StateChinese = row.State.ToChinese(),
        DeliveredAt = Format(row.DeliveredAt),
        OpenedAt = Format(row.OpenedAt),
        SignedForAt = Format(row.SignedForAt),
        Actor = row.ActedBy ?? "",
        ReturnedAt = Format(row.ReturnedAt),
        ReturnReason = row.ReturnReason ?? "",
        Urged = (uint)row.UrgedCount,
        LastUrgedAt = Format(row.LastUrgedAt),
        RegisterNumber = row.RegisterNumber ?? "",
        OverdueSince = Format(row.OverdueSince),
        ReturnReceivedAt = Format(row.ReturnReceivedAt),
        RegisteredAt = Format(row.RegisteredAt),
        HandedOverAt = Format(row.HandedOverAt),
        CompletedAt = Format(row.CompletedAt),
    };

    public static string Format(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";
}

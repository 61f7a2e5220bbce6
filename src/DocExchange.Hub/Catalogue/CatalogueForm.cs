using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>A catalogue that is whole and was made otherwise.</summary>
internal sealed class OtherFormException(string chinese, string english) : FormatException(english)
{
    public string Chinese { get; } = chinese;
}

/// <summary>
/// What a catalogue was made as. One of an earlier version lacks what is asked of it now, and one of another time zone has
/// other days; it is made anew from the ledger.
/// </summary>
internal static class CatalogueForm
{
    public const int Current = 8;

    /// <exception cref="OtherFormException">It was made otherwise.</exception>
    public static void Require(ILiteCollection<BsonDocument> meta, bool isNew, TimeZoneInfo zone)
    {
        var (form, days) = (meta.FindById("form")?["value"].AsInt32, meta.FindById("zone")?["value"].AsString);
        if (form is null && isNew)
        {
            // The form last: it says that both are there.
            meta.Upsert(new BsonDocument { ["_id"] = "zone", ["value"] = zone.Id });
            meta.Upsert(new BsonDocument { ["_id"] = "form", ["value"] = Current });
        }
        else if (form != Current)
        {
            throw new OtherFormException($"格式为第 {form ?? 1} 式，本版本采用第 {Current} 式", $"it has form {form ?? 1}, this version keeps form {Current}");
        }
        else if (days != zone.Id)
        {
            throw new OtherFormException($"其中的日期按时区 {days} 划分，现为 {zone.Id}", $"its days are those of {days}, not of {zone.Id}");
        }
    }
}

using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// What a catalogue was made as. One of an earlier version lacks what is asked of it now, and one of another time zone has
/// other days; it is made anew from the ledger.
/// </summary>
internal static class CatalogueForm
{
    private const int Form = 8;

    /// <exception cref="FormatException">It was made otherwise.</exception>
    public static void Require(ILiteCollection<BsonDocument> meta, bool isNew, TimeZoneInfo zone)
    {
        var (form, days) = (meta.FindById("form")?["value"].AsInt32, meta.FindById("zone")?["value"].AsString);
        if (form is null && isNew)
        {
            meta.Upsert(new BsonDocument { ["_id"] = "form", ["value"] = Form });
            meta.Upsert(new BsonDocument { ["_id"] = "zone", ["value"] = zone.Id });
        }
        else if (form != Form)
        {
            throw new FormatException($"it has form {form ?? 1}, this version keeps form {Form}");
        }
        else if (days != zone.Id)
        {
            throw new FormatException($"its days are those of {days}, not of {zone.Id}");
        }
    }
}

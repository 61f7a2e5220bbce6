using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>The fields of a draft as people type them, at a page or in a shell.</summary>
internal static class DraftFields
{
    /// <summary>A time without an offset, as clocks here show it.</summary>
    public const string WallClock = "yyyy-MM-dd'T'HH:mm";

    /// <summary>Takes over what a person may change; office, files, person and predecessor stay.</summary>
    public static void Take(Local.Draft typed, Local.Draft fields, PartyId here, TimeProvider clock)
    {
        (fields.Title, fields.DocumentType, fields.Urgency, fields.IssuedOn) = (typed.Title, typed.DocumentType, typed.Urgency, typed.IssuedOn);
        (fields.AgencyCode, fields.Number, fields.Signer) = (typed.AgencyCode, typed.Number, typed.Signer);
        (fields.WithoutSeal, fields.SealInBody, fields.CopiesPrinted) = (typed.WithoutSeal, typed.SealInBody, typed.CopiesPrinted);
        (fields.SignBy, fields.ReplyBy, fields.Addressing) = (typed.SignBy, typed.ReplyBy, typed.Addressing?.Clone() ?? new Local.Addressing());
        fields.Elements = typed.Elements?.Clone() ?? new Local.DraftElements();
        Replace(fields.PhysicalAttachments, typed.PhysicalAttachments);
        Replace(fields.Issuers, typed.Issuers);
        Tidy(fields, here, clock);
    }

    /// <summary>One form for what may be typed in several.</summary>
    /// <exception cref="FormatException">An issuer is no id.</exception>
    public static void Tidy(Local.Draft fields, PartyId here, TimeProvider clock)
    {
        // A title is one line, however it was pasted.
        fields.Title = string.Join(' ', fields.Title.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Trim();
        (fields.Number, fields.Signer) = (DocumentNumber.TryParse(fields.Number, out var number) ? number.ToString() : fields.Number.Trim(), fields.Signer.Trim());
        fields.DocumentType = DocumentTypes.TryFromCode(fields.DocumentType, out var type) || Names.TryParse(fields.DocumentType, out type) ? type.Code() ?? type.Chinese() : fields.DocumentType;
        (fields.SignBy, fields.ReplyBy) = (Moment(fields.SignBy, clock), Moment(fields.ReplyBy, clock));
        Replace(fields.PhysicalAttachments, [.. fields.PhysicalAttachments.Select(item => item.Trim()).Where(item => item.Length > 0)]);
        Replace(fields.Issuers, [.. fields.Issuers.Where(office => office.Length > 0).Select(office => PartyId.Parse(office, here.Exchange).ToString()).Distinct()]);
    }

    // As wall clocks here show it; kept with its offset.
    private static string Moment(string typed, TimeProvider clock) =>
        DateTime.TryParseExact(typed, [WallClock, WallClock + "':'ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new DateTimeOffset(time, clock.LocalTimeZone.GetUtcOffset(time)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
            : typed.Trim();

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> list, IReadOnlyList<string> values)
    {
        var kept = values.ToList();
        list.Clear();
        list.AddRange(kept);
    }
}

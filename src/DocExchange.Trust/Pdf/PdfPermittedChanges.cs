namespace DocExchange.Trust.Pdf;

/// <summary>Which of the objects of an update may stand behind a signature: see <see cref="PdfLaterUpdates"/>.</summary>
/// <param name="end">Where the signature's range ends and the update begins.</param>
internal sealed class PdfPermittedChanges(byte[] bytes, long end, PdfIndex index, IReadOnlyList<PdfObject> objects, IReadOnlyList<PdfSignatureField> fields)
{
    private static readonly string[] OfForm = ["/Fields", "/SigFlags", "/DR", "/DA"];
    private static readonly string[] OfProofs = ["/Type", "/VRI", "/Certs", "/OCSPs", "/CRLs"];
    private static readonly string[] OfInformation = ["/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped"];

    // ISO 32000-1 §12.5.2, §12.5.6.19, §12.7.4.5: nothing that acts, and nothing that has children.
    private static readonly string[] OfSignatureField =
        ["/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/AP", "/M", "/NM", "/Lock", "/SV", "/DA", "/DR", "/MK", "/Q", "/BS", "/Border"];

    // More would be read again for each object that takes their place.
    private const int MaxEarlier = 64;
    private const int MaxEarlierOfAll = 4_000;
    private const int MaxEarlierSize = 64 * 1024;

    private readonly ILookup<int, PdfObject> byNumber = objects.ToLookup(each => each.Number);
    private readonly Dictionary<int, PdfValue?> earlierValues = [];
    private int earlierRead;

    public bool AreAll => objects.All(IsPermitted);

    private bool IsPermitted(PdfObject added)
    {
        var earlier = index.Before(added.Number, end).ToList();

        // A new object is reached only from what changed; unless what was signed refers to it already.
        return earlier.Count == 0
            ? !index.IsReferredToBefore(added.Number, end)
            : earlier.Count <= MaxEarlier && earlier.TrueForAll(at => EarlierAt(at) is { } old && IsPermitted(old, added));
    }

    private PdfValue? EarlierAt(int at)
    {
        if (!earlierValues.TryGetValue(at, out var value))
        {
            value = ++earlierRead <= MaxEarlierOfAll ? new PdfSyntax(bytes, at, (int)Math.Min(end, at + MaxEarlierSize)).Read() : null;
            earlierValues[at] = value;
        }

        return value;
    }

    private bool IsPermitted(PdfValue old, PdfObject added)
    {
        var changed = added.Value;
        if (added.IsStream)
        {
            // Whatever it calls itself, a page may show it.
            return false;
        }

        return old.Get("/Type")?.Text switch
        {
            "/Catalog" => OnlyIn(old, changed, "/DSS", "/AcroForm", "/Extensions") && IsFormPermitted(old.Get("/AcroForm"), changed.Get("/AcroForm")),
            "/Page" => OnlyIn(old, changed, "/Annots") && Grows(old.Get("/Annots"), changed.Get("/Annots")),
            "/DSS" => HasOnly(old, OfProofs) && HasOnly(changed, OfProofs),
            _ when old.Get("/Fields") is not null => IsFormContentPermitted(old, changed),
            _ when old.Is("/FT", "/Sig") => OnlyIn(old, changed, "/V", "/AP", "/M") && old.Get("/V") is null && IsSigned(changed),
            _ when old.Items is not null => Grows(old, changed),
            _ => OnlyIn(old, changed, "/ModDate", "/Producer") && HasOnly(old, OfInformation) && HasOnly(changed, OfInformation),
        };
    }

    private bool IsFormPermitted(PdfValue? old, PdfValue? changed)
    {
        if (old?.Text == changed?.Text)
        {
            return true;
        }

        var before = old ?? PdfValue.Dictionary(new Dictionary<string, PdfValue>());
        return changed is not null && before.Entries is not null && (changed.Target is { } target
            ? IsNew(target) && byNumber[target].All(form => !form.IsStream && IsFormContentPermitted(before, form.Value))
            : IsFormContentPermitted(before, changed));
    }

    // XFA and NeedAppearances would change what is shown.
    private bool IsFormContentPermitted(PdfValue old, PdfValue changed) =>
        OnlyIn(old, changed, OfForm) && new[] { "/DR", "/DA" }.All(key => old.Get(key) is null || old.Get(key)!.Text == changed.Get(key)?.Text)
        && Grows(old.Get("/Fields"), changed.Get("/Fields"));

    /// <summary>An array of references, to which only signature fields were added.</summary>
    private bool Grows(PdfValue? old, PdfValue? changed)
    {
        if (old?.Text == changed?.Text)
        {
            return true;
        }

        if (old is null && changed?.Target is { } target)
        {
            return IsNew(target) && byNumber[target].All(array => !array.IsStream && array.Value.Target is null && Grows(null, array.Value));
        }

        IReadOnlyList<PdfValue> before = old is null ? [] : old.Items!;
        return before is not null && changed?.Items is { } items && items.Count >= before.Count
            && items.Take(before.Count).Select(item => item.Text).SequenceEqual(before.Select(item => item.Text))
            && items.Skip(before.Count).All(item => item.Target is { } number && IsNew(number) && byNumber[number].All(IsSignatureField));
    }

    private bool IsSignatureField(PdfObject added) =>
        !added.IsStream && added.Value.Is("/FT", "/Sig") && HasOnly(added.Value, OfSignatureField) && IsSigned(added.Value);

    /// <summary>Its value is a signature of this file. Anybody may have a time-stamp: it shows nothing.</summary>
    private bool IsSigned(PdfValue field)
    {
        var signatures = field.Get("/V")?.Target is { } target && IsNew(target)
            ? byNumber[target].Select(value => fields.FirstOrDefault(each => each.GapStart > value.From && each.GapEnd < value.To)).ToList()
            : [];
        return signatures.Count > 0 && signatures.TrueForAll(signature => signature is { IsTimestamp: false } || (signature is not null && IsInvisible(field)));
    }

    private static bool IsInvisible(PdfValue field) =>
        field.Get("/AP") is null || (field.Get("/Rect")?.Items is [var left, var bottom, var right, var top] && (left.Text == right.Text || bottom.Text == top.Text));

    private bool IsNew(int number) => byNumber[number].Any() && !index.Before(number, end).Any();

    private static bool OnlyIn(PdfValue old, PdfValue changed, params string[] keys) =>
        old.Entries is { } before && changed.Entries is { } after && before.Keys.Union(after.Keys).Except(keys).All(key => old.Get(key)?.Text == changed.Get(key)?.Text);

    private static bool HasOnly(PdfValue value, string[] keys) => value.Entries is { } entries && entries.Keys.All(keys.Contains);
}

using System.Xml.Linq;

namespace DocExchange.Core.Documents;

internal delegate bool TryRead<T>(string? text, out T value);

internal delegate bool TryParseObject<T>(string? text, out T? value)
    where T : class;

/// <summary>The known elements of a metadata.xml by name, sorted out once; every getter notes what is wrong with what it gets.</summary>
internal sealed class MetadataFields
{
    private static readonly Dictionary<string, int> Positions =
        MetadataElements.Ordered.Select((element, position) => (element.Name, position)).ToDictionary(pair => pair.Name, pair => pair.position);

    private readonly Dictionary<string, List<XElement>> known = [];
    private readonly List<MetadataProblem> problems;

    private MetadataFields(List<MetadataProblem> problems)
    {
        this.problems = problems;
    }

    public static MetadataFields Of(XElement root, List<MetadataProblem> problems)
    {
        var fields = new MetadataFields(problems);
        fields.RefuseUnknownAttributes(root, []);
        if (root.Nodes().OfType<XText>().Any(text => !string.IsNullOrWhiteSpace(text.Value)))
        {
            fields.Note("METADATA_VALUE", MetadataElements.Root, "的子元素之间有文字", "has text between its elements");
        }

        fields.Sort(root);
        return fields;
    }

    /// <summary>At most as many as are allowed; a surplus has been noted.</summary>
    public IReadOnlyList<XElement> All(string name)
    {
        var most = MetadataElements.Ordered[Positions[name]].Most;
        return known.TryGetValue(name, out var elements) ? elements.Count <= most ? elements : elements[..most] : [];
    }

    public string? Text(string name) => All(name) is [var element, ..] ? element.Value : null;

    public ValueList<string> Texts(string name) => [.. All(name).Select(element => element.Value)];

    public string RequiredText(string name)
    {
        NoteIfMissing(name);
        return Text(name) ?? "";
    }

    public T? Parsed<T>(string name, TryParseObject<T> tryParse)
        where T : class
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var isRead = tryParse(text, out var value) && value?.ToString() == text;
        NoteUnless(isRead, name, text);
        return isRead ? value : null;
    }

    public T? Value<T>(string name, TryRead<T> tryRead, Func<T, string> print)
        where T : struct => All(name) is [var element, ..] ? Read(element, element.Value, tryRead, print) : null;

    public T RequiredValue<T>(string name, TryRead<T> tryRead, Func<T, string> print)
        where T : struct
    {
        NoteIfMissing(name);
        return Value(name, tryRead, print) ?? default;
    }

    /// <summary>The value of <paramref name="text"/>, which must be written exactly as <paramref name="print"/> writes it.</summary>
    public T Read<T>(XElement element, string text, TryRead<T> tryRead, Func<T, string> print)
        where T : struct
    {
        var isRead = tryRead(text, out var value) && print(value) == text;
        NoteUnless(isRead, element.Name.LocalName, text);
        return isRead ? value : default;
    }

    public string Attribute(XElement element, string name)
    {
        if (element.Attribute(name) is { } attribute)
        {
            return attribute.Value;
        }

        Note("METADATA_ATTRIBUTE_MISSING", element.Name.LocalName, $"缺少属性 {name}", $"lacks the attribute {name}");
        return "";
    }

    public void RefuseTextIn(XElement element) => NoteUnless(element.Value.Length == 0, element.Name.LocalName, element.Value);

    private void Sort(XElement root)
    {
        var last = -1;
        foreach (var element in root.Elements())
        {
            var name = element.Name.LocalName;
            if (element.Name.NamespaceName != MetadataSchema.Namespace || !Positions.TryGetValue(name, out var position))
            {
                RefuseCritical(element);
                continue;
            }

            problems.AddUnless(position >= last, "METADATA_ELEMENT_ORDER", name, "的位置不对", "stands behind an element that must follow it");
            last = Math.Max(last, position);
            problems.AddUnless(!element.HasElements, "METADATA_VALUE", name, "不能含有子元素", "may hold no elements");
            RefuseUnknownAttributes(element, MetadataElements.Ordered[position].Attributes);
            known.TryAdd(name, []);
            known[name].Add(element);
        }

        foreach (var (name, elements) in known)
        {
            problems.AddTooMany(name, elements.Count, MetadataElements.Ordered[Positions[name]].Most);
        }
    }

    // An unknown element has no effect, but its author may insist on being understood.
    private void RefuseCritical(XElement element)
    {
        if (element.Attribute(MetadataElements.Critical)?.Value is not (null or "false" or "0"))
        {
            Note("METADATA_CRITICAL_UNKNOWN", Quoted.Short(element.Name.LocalName), "是本版本不认识的关键元素", "is critical and not known to this version");
        }
    }

    private void RefuseUnknownAttributes(XElement element, string[] allowed)
    {
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && !allowed.Contains(attribute.Name.ToString())))
        {
            var name = Quoted.Short(attribute.Name.ToString());
            Note("METADATA_ATTRIBUTE_UNKNOWN", element.Name.LocalName, $"含有未知属性 {name}", $"has an unknown attribute {name}");
        }
    }

    private void NoteIfMissing(string name) =>
        problems.AddUnless(known.ContainsKey(name), "METADATA_ELEMENT_MISSING", name, "缺少", "is missing");

    private void NoteUnless(bool isRead, string element, string text) => problems.AddUnless(
        isRead, "METADATA_VALUE", element, $"的值“{Quoted.Short(text)}”无效", $"cannot have the value '{Quoted.Short(text)}'");

    private void Note(string code, string element, string chinese, string english) => problems.AddUnless(false, code, element, chinese, english);
}

using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace DocExchange.Pages.Words;

/// <summary>
/// All texts of the pages: the embedded files named <c>*.words.json</c>, each an object of <c>"name": ["中文", "English"]</c>.
/// </summary>
public sealed class WordBook
{
    private const int Chinese = 0;
    private const int English = 1;

    private readonly Dictionary<string, string[]> words = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">A text is there twice, or not in both languages.</exception>
    public WordBook(params IEnumerable<Assembly> assemblies)
    {
        foreach (var (assembly, file) in assemblies.Distinct().SelectMany(assembly => assembly.GetManifestResourceNames().Where(IsWords).Select(file => (assembly, file))))
        {
            using var stream = assembly.GetManifestResourceStream(file)!;
            foreach (var (name, texts) in JsonSerializer.Deserialize<Dictionary<string, string[]>>(stream)!)
            {
                if (texts.Length != 2 || texts.Any(string.IsNullOrWhiteSpace) || !words.TryAdd(name, texts))
                {
                    throw new FormatException($"{file}: '{name}' is there twice, or not in both languages.");
                }
            }
        }
    }

    public IReadOnlyCollection<string> Names => words.Keys;

    public string Say(Language language, string name, params object?[] values) => Say(language.IsEnglish, name, values);

    public string Say(bool inEnglish, string name, params object?[] values)
    {
        var text = words.TryGetValue(name, out var found) ? found[inEnglish ? English : Chinese] : throw new KeyNotFoundException($"There are no words named '{name}'.");
        return values.Length == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, values);
    }

    private static bool IsWords(string resource) => resource.EndsWith(".words.json", StringComparison.Ordinal);
}

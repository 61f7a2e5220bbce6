using System.Text;
using DocExchange.Core.Documents;

namespace DocExchange.Hammer.Past;

/// <summary>What a document of the past is called and says: by its number, so that a search can be held against it.</summary>
internal static class PastText
{
    public static readonly IReadOnlyList<string> Topics =
    [
        "防汛", "供热", "绿化", "交通安全", "食品安全", "义务教育", "养老服务", "污水治理", "垃圾分类", "住房保障",
        "消防", "统计调查", "人才引进", "财政预算", "安全生产", "防震减灾", "文物保护", "乡村道路", "公共卫生", "档案管理",
    ];

    public static readonly IReadOnlyList<DocumentType> Types = [DocumentType.Notice, DocumentType.Opinions, DocumentType.Circular, DocumentType.Reply, DocumentType.Letter];

    private const int Lines = 20;
    private const int WordsOfALine = 8;
    private const int Vocabulary = 5_000;
    private const int Letters = 26;

    public static string TopicOf(int number) => Topics[number % Topics.Count];

    public static DocumentType TypeOf(int number) => Types[number % Types.Count];

    /// <summary>Words of the title that no other document has.</summary>
    public static string MarkOf(int number) => $"第{number}号事项";

    public static string TitleOf(int number) => $"关于做好{TopicOf(number)}工作{MarkOf(number)}的{TypeOf(number).Chinese()}";

    /// <summary>A word of the body that no other document has.</summary>
    public static string WordOf(int number) => "subject" + Spelled(number);

    /// <summary>A PDF of one page that says <see cref="LinesOf"/>.</summary>
    public static byte[] BodyOf(int number)
    {
        var page = new StringBuilder("BT /F1 10 Tf 14 TL 60 780 Td");
        foreach (var (at, line) in LinesOf(number).Index())
        {
            page.Append($" {(at == 0 ? "" : "T* ")}({line}) Tj");
        }

        return PdfOf(page.Append(" ET").ToString());
    }

    /// <summary>What the body says: <see cref="WordOf"/>, then words drawn from a vocabulary.</summary>
    public static IEnumerable<string> LinesOf(int number)
    {
        var random = new Random(number);
        yield return WordOf(number);
        for (var line = 0; line < Lines; line++)
        {
            yield return string.Join(' ', Enumerable.Range(0, WordsOfALine).Select(_ => CommonWord(random.Next(Vocabulary))));
        }
    }

    /// <summary>A word that many bodies have.</summary>
    public static string CommonWord(int which) => "word" + Spelled(which % Vocabulary);

    // Letters only: one word to everybody who takes texts apart.
    private static string Spelled(int number)
    {
        var letters = new StringBuilder();
        for (var rest = number; letters.Length == 0 || rest > 0; rest /= Letters)
        {
            letters.Append((char)('a' + (rest % Letters)));
        }

        return letters.ToString();
    }

    private static byte[] PdfOf(string page)
    {
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            $"<< /Length {page.Length} >>\nstream\n{page}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        var file = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        foreach (var content in objects)
        {
            places.Add(file.Length);
            file.Append($"{places.Count} 0 obj\n{content}\nendobj\n");
        }

        var table = file.Length;
        file.Append($"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        places.ForEach(place => file.Append($"{place:D10} 00000 n \n"));
        file.Append($"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }
}

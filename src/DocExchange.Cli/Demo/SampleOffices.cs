using System.Text;

namespace DocExchange.Cli.Demo;

internal sealed record SampleOffice(string Id, string Name, string? Group);

/// <summary>The offices of the sample city: its government with its general office, and up to 141 recipients in three groups.</summary>
internal sealed class SampleOffices
{
    public const string Exchange = "beijing";
    public const string Government = "bjzf";
    public const string GeneralOffice = "bjbgt";
    public const string AgencyCode = "京政发";

    private const int IdField = 1;
    private const int NameField = 2;
    private const int GroupField = 8;
    private const int Senders = 2;
    private const int Districts = 18;

    private SampleOffices(string csv, IReadOnlyList<SampleOffice> recipients)
    {
        Csv = csv;
        Recipients = recipients;
    }

    /// <summary>What the hub imports.</summary>
    public string Csv { get; }

    /// <summary>The districts first.</summary>
    public IReadOnlyList<SampleOffice> Recipients { get; }

    /// <summary>The groups that have members.</summary>
    public IReadOnlyList<string> Groups => [.. Recipients.Select(office => office.Group!).Distinct()];

    /// <summary>The districts' node keeps the districts; with fewer recipients than those, half of them.</summary>
    public IReadOnlyList<SampleOffice> OfDistricts => [.. Recipients.Take(Split)];

    public IReadOnlyList<SampleOffice> OfDepartments => [.. Recipients.Skip(Split)];

    private int Split => Recipients.Count > Districts ? Districts : (Recipients.Count + 1) / 2;

    public static SampleOffices First(int count)
    {
        var lines = Encoding.UTF8.GetString(Resource("sample-offices.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var offices = lines.Where(line => line.StartsWith("office,", StringComparison.Ordinal)).Take(Senders + count).ToList();
        var others = lines.Where(line => !line.StartsWith("office,", StringComparison.Ordinal));
        return new SampleOffices(string.Join('\n', others.Concat(offices)) + "\n", [.. offices.Skip(Senders).Select(Read)]);
    }

    /// <summary>A file that is shipped inside this program.</summary>
    public static byte[] Resource(string name)
    {
        using var stream = typeof(SampleOffices).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without its file '{name}'.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static SampleOffice Read(string line)
    {
        var fields = line.Split(',');
        return new SampleOffice(fields[IdField], fields[NameField], fields[GroupField]);
    }
}

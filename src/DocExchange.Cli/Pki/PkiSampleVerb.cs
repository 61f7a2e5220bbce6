using System.CommandLine;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki sample</c>: a small set of keys and certificates for tests and trials, bad ones among them.</summary>
internal sealed class PkiSampleVerb : Verb
{
    private readonly Option<string> folder;

    public PkiSampleVerb(Terminal terminal)
        : base(terminal, "sample", "生成测试用证书（含过期、吊销等反例），严禁用于生产", "Generate sample certificates, bad ones among them; never deploy them")
    {
        folder = Option("--out", "新目录", "A new folder", "certs-sample");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(parse.GetRequiredValue(folder));
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new FailedException("EXISTS", $"目录“{path}”不是空的。", $"The folder '{path}' is not empty.");
        }

        using var set = new SampleSet(path, Terminal.Clock.GetUtcNow());
        await set.WriteAsync(cancellation);
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(path, file)).Order(StringComparer.Ordinal).ToList();
        screen.Show(new { folder = path, files }, [screen.Say($"已在 {path} 生成：", $"Generated in {path}:"), .. files.Select(file => "  " + file)]);
        return ExitCode.Ok;
    }
}

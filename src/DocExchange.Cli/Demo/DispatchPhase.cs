using System.Text;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf;

namespace DocExchange.Cli.Demo;

/// <summary>The general office sends one document of the city's government to all recipients, by groups.</summary>
internal sealed class DispatchPhase() : DemoPhase("办公厅发文", "The general office dispatches")
{
    private const int ChunkSize = 256 * 1024;

    private const string SampleAttachment = """
        附件：推行电子公文交换工作进度表（样例）

        1. 各单位明确收文人员。
        2. 各单位完成节点登记和电子印章备案。
        3. 试运行，纸质公文与电子公文并行。
        4. 正式运行。
        """;

    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var files = Files(site.Options);
        using var call = site.General.Desk.Send(cancellationToken: cancellation);
        await call.RequestStream.WriteAsync(new SendRequest { Draft = Draft(site, files) }, cancellation);
        foreach (var chunk in files.SelectMany(file => file.Content.Chunk(ChunkSize)))
        {
            await call.RequestStream.WriteAsync(new SendRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, cancellation);
        }

        await call.RequestStream.CompleteAsync();
        site.Sent = await call;
        site.Facts.Recipients = (int)(site.Sent.Main + site.Sent.Copies);
        display.Note($"{site.Sent.Number}《{site.Options.Title}》发往 {site.Facts.Recipients} 个单位", $"{site.Sent.Number} goes to {site.Facts.Recipients} offices");
        foreach (var warning in site.Sent.Warnings)
        {
            display.Note("行文规则提示：" + warning, "rules of writing: " + warning);
        }
    }

    private static Draft Draft(DemoSite site, IReadOnlyList<(string Name, byte[] Content)> files) => new()
    {
        Office = SampleOffices.GeneralOffice,
        Issuers = { SampleOffices.Government },
        Title = site.Options.Title,
        Number = site.Options.Number ?? "",
        AgencyCode = site.Options.Number is null ? SampleOffices.AgencyCode : "",
        DocumentType = "意见",
        Addressing = new Addressing { Main = { site.Offices.Groups } },
        Files = { files.Select(file => new FileName { Name = file.Name, Size = (ulong)file.Content.Length }) },
        Person = SamplePeople.Dispatcher,
    };

    private static IReadOnlyList<(string Name, byte[] Content)> Files(DemoOptions options)
    {
        var body = options.Body is { } path ? (Path.GetFileName(path), File.ReadAllBytes(path)) : ("正文.pdf", SampleOffices.Resource("sample-body.pdf"));
        return options.Attachments.Count > 0
            ? [body, .. options.Attachments.Select(attachment => (Path.GetFileName(attachment), File.ReadAllBytes(attachment)))]
            : [body, ("工作进度表.txt", Encoding.UTF8.GetBytes(SampleAttachment))];
    }
}

using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Demo;

/// <summary>The general office sends one document of the city's government to all recipients, by groups.</summary>
internal sealed class DispatchPhase() : DemoPhase("办公厅发文", "The general office dispatches")
{
    private const string SampleAttachment = """
        附件：推行电子公文交换工作进度表（样例）

        1. 各单位明确收文人员。
        2. 各单位完成节点登记和电子印章备案。
        3. 试运行，纸质公文与电子公文并行。
        4. 正式运行。
        """;

    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var files = Files(site);
        var order = new SendRequest { Draft = Draft(site, files) };
        using var call = site.General.Desk.Send(cancellationToken: cancellation);
        site.Sent = await Chunks.SendAsync(call, order, files, chunk => new SendRequest { Chunk = chunk }, LongWork.Unseen, cancellation);
        site.Facts.Recipients = (int)(site.Sent.Main + site.Sent.Copies);
        display.Note($"{site.Sent.Number}《{site.Options.Title}》发往 {site.Facts.Recipients} 个单位", $"{site.Sent.Number} goes to {site.Facts.Recipients} offices");
        foreach (var (chinese, english) in BothLanguages.Of(site.Sent.Warnings, site.Sent.WarningsEnglish))
        {
            display.Note("行文规则提示：" + chinese, "rules of writing: " + english);
        }
    }

    private static Draft Draft(DemoSite site, IReadOnlyList<string> files) => new()
    {
        Office = SampleOffices.GeneralOffice,
        Issuers = { SampleOffices.Government },
        Title = site.Options.Title,
        Number = site.Options.Number ?? "",
        AgencyCode = site.Options.Number is null ? SampleOffices.AgencyCode : "",
        DocumentType = "意见",
        Addressing = new Addressing { Main = { site.Offices.Groups } },
        Files = { files.Select(Chunks.NameOf) },
        Person = SamplePeople.Dispatcher,
    };

    // The body first. What was not given is written down from the samples: files are sent piece by piece, however long.
    private static IReadOnlyList<string> Files(DemoSite site)
    {
        var samples = Directory.CreateDirectory(Path.Combine(site.Folder, "samples")).FullName;
        var (body, attachment) = (Path.Combine(samples, "正文.pdf"), Path.Combine(samples, "工作进度表.txt"));
        File.WriteAllBytes(body, SampleOffices.Resource("sample-body.pdf"));
        File.WriteAllText(attachment, SampleAttachment);
        return [site.Options.Body ?? body, .. site.Options.Attachments.Count > 0 ? site.Options.Attachments : [attachment]];
    }
}

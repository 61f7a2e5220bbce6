using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Receiving;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocExchange.Tests.Node.Receiving;

/// <summary>The program of the site that is told of 特急 documents.</summary>
internal sealed class ArrivalHookTests
{
    [Test]
    public async Task Is_told_of_an_extra_urgent_document_and_of_no_other()
    {
        using var folder = new TemporaryFolder();
        var (script, told) = (folder.Under("notify"), folder.Under("told"));
        await File.WriteAllTextAsync(script, $"#!/bin/sh\necho \"$1|$DOCEX_OFFICE|$DOCEX_NUMBER|$DOCEX_URGENCY|$DOCEX_TITLE|$DOCEX_TOKEN_PIN\" >> '{told}.part'\nmv '{told}.part' '{told}'\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var hook = new ArrivalHook(Options.Create(new DeskOptions { NotifyCommand = script, NotifyTimeout = TimeSpan.FromSeconds(30) }), TimeProvider.System, NullLogger<ArrivalHook>.Instance);
        var dispatch = (DispatchBody)NodeSite.Dispatch(1).Body;
        hook.Tell(NodeSite.Document(1), dispatch, NodeSite.Recipient);
        hook.Tell(NodeSite.Document(2), dispatch with { Urgency = Urgency.Urgent.Chinese() }, NodeSite.Recipient);
        hook.Tell(NodeSite.Document(3), dispatch with { Urgency = Urgency.ExtraUrgent.Chinese(), Title = "--rm `id` $(id)" }, NodeSite.Recipient);

        await hook.StartAsync(CancellationToken.None);
        await Waiting.UntilAsync("the script was called", () => File.Exists(told));
        await hook.StopAsync(CancellationToken.None);
        Assert.That(await File.ReadAllTextAsync(told), Is.EqualTo($"{NodeSite.Document(3)}|demo/fgw|示政发〔2026〕1号|特急|--rm `id` $(id)|\n"));
    }
}

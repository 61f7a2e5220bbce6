using DocExchange.Cli;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Records;
using DocExchange.Pages.Accounts;
using DocExchange.Protocol;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Node;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Tests.Pages.Sending;
using Grpc.Core;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.MustNeverHappen;

/// <summary>No act by a person whose role lacks the right to it: not at the desk, and not at the hub for a node without such a desk.</summary>
public sealed class RolePromisesTests
{
    private static readonly StatementType[] Acts = [.. Enum.GetValues<StatementType>().Where(type => StatementTypes.AuthorOf(type) is StatementAuthor.Sender or StatementAuthor.Recipient)];

    [Test]
    public void An_act_at_the_desk_by_a_role_that_lacks_the_right([ValueSource(nameof(Acts))] StatementType act)
    {
        string[] roles = [Roles.Dispatcher, Roles.Clerk, Roles.SealKeeper, Roles.Archivist, Roles.Supervisor, Roles.Reader, "", "CLERK", "root"];
        foreach (var role in roles)
        {
            var person = new Local.Person { Id = "1", Name = "张三", Role = role };
            if (Roles.For(act).Contains(role))
            {
                Assert.That(DeskPeople.Actor(person, "x", Roles.For(act)).Role, Is.EqualTo(role));
            }
            else
            {
                Assert.That(Assert.Throws<RefusedException>(() => DeskPeople.Actor(person, "x", Roles.For(act)))!.Refusal, Is.EqualTo(Refusal.PermissionDenied), role);
            }
        }

        Assert.That(Roles.For(act), Is.Not.Empty.And.Not.Contain(Roles.Archivist));
    }

    [Test]
    public async Task A_call_at_the_desks_socket_by_a_role_that_lacks_the_right()
    {
        await using var desk = await TestDesk.StartAsync();
        var document = await Arrivals.At(desk).ReceiveAsync();
        using var socket = LocalSocket.ToNode(desk.Site.Folder.Root);
        var client = new Local.Desk.DeskClient(socket.Channel);
        var before = desk.Part<NodeRecords>().Queue.Count();
        string[] roles = [Roles.Dispatcher, Roles.Clerk, Roles.SealKeeper, Roles.Archivist, Roles.Supervisor, Roles.Reader, "", "root"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var act in Acts.Where(act => act != StatementType.Dispatched))
            {
                foreach (var person in roles.Except(Roles.For(act)).Select(PersonIn))
                {
                    var office = StatementTypes.AuthorOf(act) == StatementAuthor.Sender ? NodeSite.Sender : NodeSite.Recipient;
                    var request = new Local.ActRequest { Office = office.ToString(), DocumentId = document.ToString(), Type = act.ToString(), Text = "理由", Reason = "理由", Person = person };
                    Assert.That(await ReasonAsync(client.ActAsync(request).ResponseAsync), Is.EqualTo(Refusal.PermissionDenied), $"{act} by '{person.Role}'");
                }
            }

            foreach (var person in roles.Except(Roles.For(StatementType.Dispatched)).Select(PersonIn))
            {
                using var sending = client.Send();
                var draft = new Local.Draft { Office = NodeSite.Sender.ToString(), Title = "标题", DocumentType = "意见", Addressing = new Local.Addressing { Main = { "fgw" } }, Person = person };
                await sending.RequestStream.TryWriteAsync(new Local.SendRequest { Draft = draft }, CancellationToken.None);
                await sending.RequestStream.TryCompleteAsync(CancellationToken.None);
                Assert.That(await ReasonAsync(sending.ResponseAsync), Is.EqualTo(Refusal.PermissionDenied), $"Send by '{person.Role}'");

                using var signing = client.Countersign();
                await signing.RequestStream.TryWriteAsync(new Local.CountersignRequest { Order = new Local.CountersignOrder { Office = NodeSite.Sender.ToString(), Person = person } }, CancellationToken.None);
                await signing.RequestStream.TryCompleteAsync(CancellationToken.None);
                Assert.That(await ReasonAsync(signing.ResponseStream.MoveNext(CancellationToken.None)), Is.EqualTo(Refusal.PermissionDenied), $"Countersign by '{person.Role}'");

                using var dispatching = client.Dispatch();
                await dispatching.RequestStream.TryWriteAsync(new Local.DispatchRequest { Order = new Local.DispatchOrder { Office = NodeSite.Sender.ToString(), Addressing = draft.Addressing, Person = person } }, CancellationToken.None);
                await dispatching.RequestStream.TryCompleteAsync(CancellationToken.None);
                Assert.That(await ReasonAsync(dispatching.ResponseAsync), Is.EqualTo(Refusal.PermissionDenied), $"Dispatch by '{person.Role}'");
            }

            Assert.That(desk.Part<NodeRecords>().Queue.Count(), Is.EqualTo(before), "Nothing was signed.");
        }

        static Local.Person PersonIn(string role) => new() { Id = "1", Name = "张三", Role = role };
    }

    [Test]
    public async Task A_call_at_the_desks_socket_by_an_account_that_lacks_the_right()
    {
        await using var desk = await SendingDesk.StartAsync();
        foreach (var role in Roles.All)
        {
            desk.Open(role, role, new Grant(Roles.OfDesk.Contains(role) ? "bgs" : "", role));
        }

        using var socket = LocalSocket.ToNode(desk.Site.Folder.Root);
        var node = socket.Channel.CreateCallInvoker();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SocketCalls.All.Select(SocketCalls.NameOf), Is.EquivalentTo(SocketCalls.Allowed.Keys));
            foreach (var call in SocketCalls.All)
            {
                var (name, allowed) = (SocketCalls.NameOf(call), SocketCalls.Allowed[SocketCalls.NameOf(call)]);
                Assert.That(await SocketCalls.IsTurnedAwayAsync(node, call, null, "bgs"), Is.True, $"{name} by nobody");
                foreach (var role in Roles.All)
                {
                    Assert.That(await SocketCalls.IsTurnedAwayAsync(node, call, role, "bgs"), Is.EqualTo(!allowed.Contains(role)), $"{name} by '{role}'");
                }

                // Roles are of an office: at another one they count for nothing.
                foreach (var role in allowed.Intersect(Roles.OfDesk).Where(_ => SocketCalls.IsOfOffice(call)))
                {
                    Assert.That(await SocketCalls.IsTurnedAwayAsync(node, call, role, "fgw"), Is.True, $"{name} by '{role}' of another office");
                }
            }
        }
    }

    private static async Task<Refusal?> ReasonAsync(Task call)
    {
        try
        {
            await call;
            return null;
        }
        catch (RpcException failure)
        {
            return failure.ToRefusal()?.Refusal;
        }
    }

    [Test]
    public async Task An_act_in_the_ledger_taking_effect_by_a_role_that_lacks_the_right()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);

        var byReader = await hub.PostAsync(await hub.SignAsync(StatementType.SignedFor, Dongcheng, document: package.Document, edit: WithRole(Roles.Reader)));
        var byClerk = await hub.PostAsync(await hub.SignAsync(StatementType.Withdrawn, GeneralOffice, new PlainBody("撤回"), package.Document, WithRole(Roles.Clerk)));
        var state = hub.Get<DocExchange.Hub.Ledger.DocumentReplay>().Load(package.Document)!;
        var told = await hub.MailboxAsync(SenderNode);
        var alsoTold = await hub.MailboxAsync(DistrictNode);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(byReader.Effect.IsEffective, Is.False);
            Assert.That(byReader.Effect.English, Is.EqualTo("A SignedFor is for the role clerk; the person who acted has the role 'reader'."));
            Assert.That(byClerk.Effect.IsEffective, Is.False);
            Assert.That(state.Recipient(Dongcheng)!.State, Is.EqualTo(DocExchange.Core.Routing.DeliveryState.Delivered));
            Assert.That(told.Select(entry => entry.Id), Does.Contain(byReader.Id).And.Contain(byClerk.Id));
            Assert.That(alsoTold.Select(entry => entry.Id), Does.Contain(byReader.Id));
        }

        var right = await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        Assert.That(right.Effect.IsEffective, Is.True);
    }

    [Test]
    public async Task A_document_accepted_that_a_role_without_the_right_dispatched()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.PostAsync(await hub.SignAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document, WithRole(Roles.Reader)));
        await hub.UploadAsync(package);
        var answer = await hub.WaitForAsync(logged => logged.Statement.Document == package.Document && logged.Statement.Type is StatementType.Accepted or StatementType.Rejected);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Statement.Body, Is.InstanceOf<RejectedBody>());
            Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "PERMISSION_DENIED" }));
        }
    }

    private static Func<Statement, Statement> WithRole(string role) => statement => statement with { Actor = statement.Actor! with { Role = role } };
}

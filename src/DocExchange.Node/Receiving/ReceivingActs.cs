using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Receiving;

/// <summary>What became of an act at the desk.</summary>
internal enum ActStanding
{
    /// <summary>待发送: signed here, waits for the hub.</summary>
    Waiting,

    /// <summary>已到中心.</summary>
    AtHub,

    /// <summary>In the ledger, and something else was there before it.</summary>
    WithoutEffect,

    /// <summary>It was done before; nothing was done again.</summary>
    DoneBefore,
}

internal sealed record ActOutcome(ActStanding Standing, string Remark = "");

/// <summary>The acts of people who receive: each one a signed statement, done once however often the button is pressed.</summary>
internal sealed class ReceivingActs(Acting acting, ReceivedList list, DeskPeople people)
{
    /// <exception cref="RefusedException">Role or state do not allow it.</exception>
    public async Task<ActOutcome> SignForAsync(string office, string document, Actor actor, CancellationToken cancellation) =>
        LineOf(office, document) is { IsSignedFor: true } line && line.ActedBy == actor.Name
            ? new ActOutcome(ActStanding.DoneBefore)
            : await ActAsync(StatementType.SignedFor, office, document, "", actor, cancellation);

    /// <exception cref="RefusedException">No reason, too long a one, or the state does not allow it.</exception>
    public Task<ActOutcome> ReturnAsync(string office, string document, string reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(StatementType.Returned, office, document, reason.Trim(), actor, cancellation);

    /// <summary>A later number takes the place of the earlier one.</summary>
    /// <exception cref="RefusedException">No number, or one another document has.</exception>
    public Task<ActOutcome> RegisterAsync(string office, string document, string number, Actor actor, CancellationToken cancellation) =>
        LineOf(office, document).RegisterNumber == number.Trim()
            ? Task.FromResult(new ActOutcome(ActStanding.DoneBefore))
            : ActAsync(StatementType.Registered, office, document, number.Trim(), actor, cancellation);

    public Task<ActOutcome> HandOverAsync(string office, string document, string system, Actor actor, CancellationToken cancellation) =>
        LineOf(office, document).HandedOverAt is not null
            ? Task.FromResult(new ActOutcome(ActStanding.DoneBefore))
            : ActAsync(StatementType.HandedOver, office, document, system.Trim(), actor, cancellation);

    public Task<ActOutcome> CompleteAsync(string office, string document, Actor actor, CancellationToken cancellation) =>
        LineOf(office, document).State == nameof(DeliveryState.Completed)
            ? Task.FromResult(new ActOutcome(ActStanding.DoneBefore))
            : ActAsync(StatementType.Completed, office, document, "", actor, cancellation);

    /// <summary>Says once that somebody here has looked at it, before it is signed for; whoever comes later says nothing.</summary>
    public async Task OpenedAsync(ReceivedDocument shown, Actor actor, CancellationToken cancellation)
    {
        if (shown.Row is not { State: DeliveryState.Delivered, OpenedAt: null })
        {
            return;
        }

        try
        {
            await acting.QueueAsync(RequestOf(StatementType.Opened, shown.Row.Office.ToString(), shown.State.Id.ToString(), ""), actor, cancellation);
        }
        catch (RefusedException refused) when (refused.Refusal == Refusal.WrongState)
        {
            // Somebody else came first.
        }
    }

    private async Task<ActOutcome> ActAsync(StatementType type, string office, string document, string text, Actor actor, CancellationToken cancellation)
    {
        var reply = await acting.ActAsync(RequestOf(type, office, document, text), actor, cancellation);
        return reply switch
        {
            { Acknowledged: false } => new ActOutcome(ActStanding.Waiting),
            { Effective: false } => new ActOutcome(ActStanding.WithoutEffect, reply.Remark),
            _ => new ActOutcome(ActStanding.AtHub),
        };
    }

    private ReceivedRow LineOf(string office, string document) => list.Require(people.Hosted(office).ToString(), DraftMetadata.DocumentIdOf(document));

    private static Local.ActRequest RequestOf(StatementType type, string office, string document, string text) =>
        new() { Office = office, DocumentId = document, Type = type.ToString(), Text = text };
}

using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Tests.Core.Statements;
using static DocExchange.Core.Statements.StatementType;
using static DocExchange.Tests.Core.Statements.SampleStatements;

namespace DocExchange.Tests.Core.Routing;

/// <summary>逾期: who owes an answer by the deadline, and what stating it does.</summary>
public sealed class DeadlineTests
{
    private static readonly DateTimeOffset Deadline = Time.AddMinutes(10);

    private int index;

    [SetUp]
    public void Begin() => index = 0;

    [Test]
    public void Awaits_an_answer_of_all_recipients_once_the_document_is_accepted()
    {
        var state = Dispatched(Deadline);
        Assert.That(state.Awaited, Is.Empty);
        Apply(state, Accepted);
        Assert.That(state.Awaited.Select(row => row.Office), Is.EquivalentTo(new[] { First, Second }));
    }

    [Test]
    public void Awaits_nobody_without_a_deadline()
    {
        var state = Dispatched(null);
        Apply(state, Accepted);
        Assert.That(state.Awaited, Is.Empty);
    }

    [TestCase(SignedFor)]
    [TestCase(Returned)]
    public void Awaits_no_longer_who_has_answered(StatementType answer)
    {
        var state = Dispatched(Deadline);
        Apply(state, Accepted);
        Apply(state, Delivered);
        Apply(state, answer);
        Assert.That(state.Awaited.Single().Office, Is.EqualTo(Second));
    }

    [TestCase(Withdrawn)]
    [TestCase(Voided)]
    [TestCase(Superseded)]
    public void Awaits_nobody_where_the_document_has_ended(StatementType end)
    {
        var state = Dispatched(Deadline);
        Apply(state, Accepted);
        Apply(state, end);
        Assert.That(state.Awaited, Is.Empty);
    }

    [Test]
    public void Binds_to_no_deadline_who_was_added_after_it()
    {
        var state = Dispatched(Deadline, First);
        Apply(state, Accepted);
        Assert.That(Apply(state, Resent, new RecipientsBody(new RecipientList([Second], [])), Deadline.AddMinutes(1)).IsEffective, Is.True);
        Assert.That(state.Awaited.Single().Office, Is.EqualTo(First));
    }

    [Test]
    public void Marks_whom_it_names_once_and_nobody_else()
    {
        var state = Dispatched(Deadline);
        Apply(state, Accepted);
        var overdue = new RecipientsBody(new RecipientList([First], []));
        var first = Apply(state, DeadlinePassed, overdue, Deadline.AddSeconds(1));
        var again = Apply(state, DeadlinePassed, overdue, Deadline.AddSeconds(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.IsEffective, again.IsEffective), Is.EqualTo((true, false)));
            Assert.That(state.Recipient(First)!.OverdueSince, Is.EqualTo(Deadline.AddSeconds(1)));
            Assert.That(state.Recipient(Second)!.OverdueSince, Is.Null);
            Assert.That(state.Awaited.Single().Office, Is.EqualTo(Second));
        }
    }

    [Test]
    public void Lets_a_late_answer_count_and_still_tells_that_it_was_late()
    {
        var state = Dispatched(Deadline, First);
        Apply(state, Accepted);
        Apply(state, Delivered);
        Apply(state, DeadlinePassed, new RecipientsBody(new RecipientList([First], [])), Deadline.AddSeconds(1));
        Assert.That(Apply(state, SignedFor).IsEffective, Is.True);
        var row = state.Recipient(First)!;
        Assert.That((row.State, row.OverdueSince, state.IsFinal), Is.EqualTo((DeliveryState.SignedFor, (DateTimeOffset?)Deadline.AddSeconds(1), true)));
    }

    [Test]
    public void Is_the_event_AcceptanceRejectionExpiry() => Assert.That(DeadlinePassed.ToEtsiEvent(), Is.EqualTo("AcceptanceRejectionExpiry"));

    private DocumentState Dispatched(DateTimeOffset? signBy, params PartyId[] recipients) => new(Log(
        StatementType.Dispatched, Dispatch with { SignBy = signBy, Recipients = new RecipientList(recipients.Length > 0 ? recipients : [First, Second], []) }, null));

    private Effect Apply(DocumentState state, StatementType type, StatementBody? body = null, DateTimeOffset? at = null) => state.Apply(Log(type, body, at));

    private LoggedStatement Log(StatementType type, StatementBody? body, DateTimeOffset? at)
    {
        var statement = SampleStatements.Of(type);
        statement = statement with
        {
            Body = body ?? statement.Body,
            Actor = Roles.For(type) is [var role, ..] ? statement.Actor! with { Role = role } : statement.Actor,
        };
        return new LoggedStatement(index++, at ?? Time.AddSeconds(index), new StatementId(SampleStatements.Of($"{type} {index}")), statement);
    }
}

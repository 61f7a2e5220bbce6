using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Tests.Core.Statements;
using static DocExchange.Core.Statements.StatementType;
using static DocExchange.Tests.Core.Statements.SampleStatements;

namespace DocExchange.Tests.Core.Routing;

/// <summary>What each act does in each state. A column is a way the document came to be where it is.</summary>
public sealed class DocumentStateTests
{
    private static readonly Dictionary<string, StatementType[]> Histories = new()
    {
        ["dispatched"] = [],
        ["sent"] = [Accepted],
        ["delivered"] = [Accepted, Delivered],
        ["signed"] = [Accepted, Delivered, SignedFor],
        ["returned"] = [Accepted, Delivered, Returned],
        ["completed"] = [Accepted, Delivered, SignedFor, Completed],
        ["on paper"] = [Accepted, SentOnPaper],
        ["withdrawn"] = [Accepted, Delivered, Withdrawn],
        ["superseded"] = [Accepted, Superseded],
        ["voided"] = [Accepted, Voided],
        ["rejected"] = [Rejected],
    };

    // Effective (+) or without effect (-), column by column in the order above.
    private static readonly (StatementType Act, string Effects)[] Table =
    [
        (Dispatched,     "- - - - - - - - - - -"),
        (Accepted,       "+ - - - - - - - - - -"),
        (Rejected,       "+ - - - - - - - - - -"),
        (Resent,         "- + + + + + + - - - -"),
        (Withdrawn,      "+ + + - - - - - - - -"),
        (Voided,         "+ + + + + + + + + - -"),
        (Superseded,     "+ + + + + + + + - - -"),
        (Urged,          "+ + + - - - - - - - -"),
        (SentOnPaper,    "+ + + - - - - - - - -"),
        (ReturnReceived, "- - - - + - - - - - -"),
        (Delivered,      "- + - - - - - - - - -"),
        (Opened,         "- - + - - - - - - - -"),
        (SignedFor,      "- - + - - - - - - - -"),
        (Returned,       "- - + + - - - - - - -"),
        (Registered,     "- - - + - + - - - - -"),
        (HandedOver,     "- - - + - + - - - - -"),
        (Completed,      "- - - + - - - - - - -"),
        (Unknown,        "- - - - - - - - - - -"),
    ];

    [TestCaseSource(nameof(Table))]
    public void An_act_takes_effect_only_where_it_fits((StatementType Act, string Effects) row)
    {
        var found = Histories.Values.Select(history => History(history).Apply(Log(row.Act, 99)).IsEffective ? "+" : "-");
        Assert.That(string.Join(' ', found), Is.EqualTo(row.Effects), $"{row.Act} in {string.Join(", ", Histories.Keys)}");
    }

    [Test]
    public void Covers_every_type_that_concerns_a_document() => Assert.That(
        Table.Select(row => row.Act), Is.SupersetOf(Enum.GetValues<StatementType>().Where(type => StatementTypes.AuthorOf(type) is not StatementAuthor.Hub)));

    [TestCase("dispatched", DocumentPhase.AwaitingPackage, DeliveryState.Queued, false)]
    [TestCase("sent", DocumentPhase.Accepted, DeliveryState.Sent, false)]
    [TestCase("delivered", DocumentPhase.Accepted, DeliveryState.Delivered, false)]
    [TestCase("signed", DocumentPhase.Accepted, DeliveryState.SignedFor, true)]
    [TestCase("returned", DocumentPhase.Accepted, DeliveryState.Returned, true)]
    [TestCase("completed", DocumentPhase.Accepted, DeliveryState.Completed, true)]
    [TestCase("on paper", DocumentPhase.Accepted, DeliveryState.OnPaper, true)]
    [TestCase("withdrawn", DocumentPhase.Withdrawn, DeliveryState.Withdrawn, true)]
    [TestCase("superseded", DocumentPhase.Superseded, DeliveryState.Voided, true)]
    [TestCase("voided", DocumentPhase.Voided, DeliveryState.Voided, true)]
    [TestCase("rejected", DocumentPhase.Rejected, DeliveryState.Rejected, true)]
    public void A_history_leads_to_its_state(string history, DocumentPhase phase, DeliveryState row, bool isFinal)
    {
        var state = History(Histories[history]);
        Assert.That((state.Phase, state.Recipient(First)!.State, state.IsFinal, state.HoldsNumber), Is.EqualTo((phase, row, isFinal, phase is not (DocumentPhase.Rejected or DocumentPhase.Voided))));
    }

    [Test]
    public void Only_the_sender_and_the_recipients_change_anything()
    {
        var stranger = PartyId.Office("bj", "hd");
        foreach (var (act, _) in Table.Where(row => StatementTypes.AuthorOf(row.Act) is StatementAuthor.Sender or StatementAuthor.Recipient))
        {
            var state = History([Accepted, Delivered]);
            var logged = Log(act, 99);
            Assert.That(state.Apply(logged with { Statement = logged.Statement with { Issuer = stranger } }).IsEffective, Is.False, act.ToString());
        }
    }

    [Test]
    public void A_signature_that_crossed_a_withdrawal_has_no_effect_and_both_sides_are_told_why()
    {
        var state = History([Accepted, Delivered, Withdrawn]);
        var effect = state.Apply(Log(SignedFor, 99));
        Assert.That((effect.IsEffective, effect.Chinese, state.Recipient(First)!.SignedForAt), Is.EqualTo((false, "当前状态为已撤回，不能签收。", (DateTimeOffset?)null)));
    }

    [TestCase("withdrawn", Urged, "公文已撤回")]
    [TestCase("withdrawn", SentOnPaper, "公文已撤回")]
    [TestCase("withdrawn", Withdrawn, "公文已撤回")]
    [TestCase("superseded", Urged, "公文已被更正")]
    [TestCase("signed", Urged, "均已签收")]
    public void What_finds_nobody_to_sign_any_more_says_why(string history, StatementType act, string why)
    {
        var effect = History(Histories[history]).Apply(Log(act, 99));
        Assert.That(effect.IsEffective, Is.False);
        Assert.That(effect.Chinese, Does.Contain(why));
    }

    [Test]
    public void A_withdrawal_leaves_alone_who_has_signed()
    {
        var both = Log(Dispatched, 0);
        var state = new DocumentState(both with { Statement = both.Statement with { Body = Dispatch with { Recipients = new RecipientList([First, Second], []) } } });
        foreach (var act in new[] { Accepted, Delivered, SignedFor, Withdrawn })
        {
            Assert.That(state.Apply(Log(act, 1)).IsEffective, Is.True, act.ToString());
        }

        Assert.That((state.Recipient(First)!.State, state.Recipient(Second)!.State, state.Phase), Is.EqualTo((DeliveryState.SignedFor, DeliveryState.Withdrawn, DocumentPhase.Accepted)));
    }

    [Test]
    public void Receipts_keep_the_hubs_time_the_person_and_the_reason()
    {
        var row = History([Accepted, Delivered, Returned]).Recipient(First)!;
        Assert.That((row.ReturnedAt, row.ActedBy, row.ReturnReason), Is.EqualTo((Time.AddMinutes(3), "张三", "理由\n第二行 <&>")));
    }

    [Test]
    public void What_was_signed_for_and_then_returned_is_returned_and_keeps_both_times()
    {
        var row = History([Accepted, Delivered, SignedFor, Returned]).Recipient(First)!;
        Assert.That((row.State, row.IsSignedFor, row.SignedForAt, row.ReturnedAt), Is.EqualTo((DeliveryState.Returned, false, Time.AddMinutes(3), Time.AddMinutes(4))));
    }

    [Test]
    public void What_ended_after_it_was_signed_for_still_counts_as_signed_for()
    {
        Assert.That(Counted(SignedFor, Voided), Is.EqualTo((true, false)));
    }

    [TestCase]
    [TestCase(Voided)]
    [TestCase(Superseded)]
    public void What_was_returned_counts_as_returned_whatever_ends_it(params StatementType[] end)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Counted([SignedFor, Returned, .. end]), Is.EqualTo((false, true)));
            Assert.That(Counted([Returned, .. end]), Is.EqualTo((false, true)));
        }
    }

    private static (bool SignedFor, bool Returned) Counted(params StatementType[] acts) =>
        History([Accepted, Delivered, .. acts]).Recipient(First) is { } row ? (row.IsSignedFor, row.IsReturned) : default;

    [Test]
    public void An_act_that_concerns_one_row_changes_no_other_and_not_the_document()
    {
        var acts = Table.Select(row => row.Act).Where(act => StatementScope.OnlyRowOf(SampleStatements.Of(act)) is not null).ToList();
        Assert.That(acts, Is.EquivalentTo(new[] { Delivered, Opened, SignedFor, Returned, Registered, HandedOver, Completed }));
        foreach (var (history, act) in Histories.Values.SelectMany(history => acts.Select(act => (history, act))))
        {
            var state = ToBoth(history);
            var before = Essence(state);
            state.Apply(Log(act, 99));
            Assert.That(Essence(state), Is.EqualTo(before), $"{act} in {string.Join(' ', history)}");
        }

        static string Essence(DocumentState state) => string.Join('|', Facts(state).Concat(state.Recipients.Where(row => row.Office != First).SelectMany(Facts)));
    }

    [Test]
    public void What_is_tried_on_a_copy_leaves_the_original_as_it_was()
    {
        foreach (var (history, act) in Histories.Values.SelectMany(history => Table.Select(row => (history, row.Act))))
        {
            var state = ToBoth(history);
            var before = Essence(state);
            var copy = state.Copy();
            Assert.That(Essence(copy), Is.EqualTo(before));
            copy.Apply(Log(act, 99));
            Assert.That(Essence(state), Is.EqualTo(before), $"{act} in {string.Join(' ', history)}");
        }

        static string Essence(DocumentState state) => string.Join('|', Facts(state).Concat(state.Recipients.SelectMany(Facts)));
    }

    private static DocumentState ToBoth(StatementType[] acts)
    {
        var dispatched = Log(Dispatched, 0);
        var state = new DocumentState(dispatched with { Statement = dispatched.Statement with { Body = Dispatch with { Recipients = new RecipientList([First], [Second]) } } });
        foreach (var (at, act) in acts.Index())
        {
            state.Apply(Log(act, at + 1));
        }

        return state;
    }

    // Every property that is told apart by its text; lists of rows are compared row by row.
    private static IEnumerable<string> Facts(object of) => of.GetType().GetProperties()
        .Where(property => property.Name is not (nameof(DocumentState.Recipients) or nameof(DocumentState.Awaited) or nameof(DocumentState.IsFinal)))
        .Select(property => $"{property.Name} {property.GetValue(of)}");

    private static DocumentState History(StatementType[] acts)
    {
        var state = new DocumentState(Log(Dispatched, 0));
        for (var at = 0; at < acts.Length; at++)
        {
            Assert.That(state.Apply(Log(acts[at], at + 1)).IsEffective, Is.True, $"{acts[at]} in {string.Join(' ', acts)}");
        }

        return state;
    }

    // 东城区 is the only recipient; a Resent adds 西城区, everything else concerns 东城区.
    private static LoggedStatement Log(StatementType type, int index)
    {
        var statement = SampleStatements.Of(type);
        return new LoggedStatement(index, Time.AddMinutes(index), IdOf(type), statement with
        {
            Actor = Roles.For(type) is [var role, ..] ? statement.Actor! with { Role = role } : statement.Actor,
            Subject = type == ReturnReceived ? IdOf(Returned) : statement.Subject,
            Body = type switch
            {
                Dispatched => Dispatch with { Recipients = new RecipientList([First], []) },
                Urged or SentOnPaper => new RecipientsBody(new RecipientList([First], [])),
                _ => statement.Body,
            },
        });
    }

    private static StatementId IdOf(StatementType type) => new(SampleStatements.Of(type + " logged"));
}

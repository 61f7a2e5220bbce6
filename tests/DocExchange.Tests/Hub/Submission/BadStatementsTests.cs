using CsCheck;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Submission;

public sealed class BadStatementsTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Refuses_a_certificate_that_was_revoked()
    {
        var logged = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var before = await hub.PostAsync(logged);
        await hub.Get<Revocation>().RevokeAsync(hub.Site.Offices[Dongcheng].Key.Certificate.Fingerprint, RevocationReason.KeyCompromise, null, CancellationToken.None);
        var after = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonOf(after), Is.EqualTo("REVOKED"));
            // What was logged before stands, and a late repetition is answered as it was.
            Assert.That((await hub.PostAsync(logged)).Index, Is.EqualTo(before.Index));
        }
    }

    [Test]
    public async Task Refuses_a_key_that_is_bound_to_nobody()
    {
        var authorities = hub.Get<SiteKeys>().Authorities;
        using var pair = DocExchange.Trust.Keys.KeyPair.Generate(DocExchange.Trust.Keys.KeyAlgorithm.EcdsaP256);
        var name = new DistinguishedName("东城区人民政府", null, null);
        var certificate = authorities.Issue(pair.CreateRequest(name), CertificateProfile.DocumentSigning, name, null, hub.Clock.GetUtcNow(), 1);
        using var key = pair.Certified(certificate, authorities.ChainFor(certificate));
        Assert.That(await ReasonOf(await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default), key: key)), Is.EqualTo("NOT_BOUND"));
    }

    // Whatever stood around it would be in the ledger for ever.
    [Test]
    public async Task Refuses_a_statement_in_armour()
    {
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var base64 = Convert.ToBase64String(statement.Cms.Span);
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in new[] { base64, $"-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n", $"%PDF-1.7\n-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n" })
            {
                Assert.That(await ReasonOf(statement with { Cms = System.Text.Encoding.ASCII.GetBytes(text) }), Is.EqualTo("FORMAT_FAILURE"));
            }

            await hub.PostAsync(statement);
        }
    }

    [Test]
    public async Task Refuses_an_office_of_another_node()
    {
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var delivered = await hub.SignAsync(StatementType.Delivered, OtherNode, new DeliveredBody(Dongcheng, new(default)), new(default));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonOf(statement, OtherNode), Is.EqualTo("NOT_HOSTED"));
            Assert.That(await ReasonOf(delivered), Is.EqualTo("NOT_HOSTED"));
        }
    }

    [Test]
    public async Task Refuses_what_only_others_may_state()
    {
        var asHub = await hub.SignAsync(StatementType.Accepted, Dongcheng, new AcceptedBody(new(default), 1), new(default));
        var asNode = await hub.SignAsync(StatementType.Delivered, Dongcheng, new DeliveredBody(Dongcheng, new(default)), new(default));
        var asOffice = await hub.SignAsync(StatementType.Opened, DistrictNode, document: new(default), edit: statement => statement with { Actor = new Actor("a", "b", "c", "d") });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonOf(asHub), Is.EqualTo("NOT_ENTITLED"));
            Assert.That(await ReasonOf(asNode), Is.EqualTo("NOT_ENTITLED"));
            Assert.That(await ReasonOf(asOffice), Is.EqualTo("NOT_ENTITLED"));
        }
    }

    [Test]
    public async Task Refuses_a_statement_of_another_exchange() =>
        Assert.That(await ReasonOf(await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default), edit: each => each with { Exchange = "tj" })), Is.EqualTo("WRONG_EXCHANGE"));

    [Test]
    public async Task Refuses_a_chain_of_another_office() => Assert.That(
        await ReasonOf(await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default), edit: each => each with { Chain = new ChainPosition("bj/xc#1", 1, null) })),
        Is.EqualTo("FORMAT_FAILURE"));

    [Test]
    public async Task Says_the_expected_head_to_one_out_of_sequence()
    {
        var first = await hub.ActAsync(StatementType.Opened, Dongcheng, document: new(default));
        var skipping = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default), edit: each => each with { Chain = each.Chain with { Number = 9 } });
        var wrong = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default), edit: each => each with { Chain = each.Chain with { Previous = new(Digest.Of("wrong"u8)) } });
        foreach (var statement in new[] { skipping, wrong })
        {
            var refused = await HubUnderTest.RefusalOf(() => hub.PostAsync(statement));
            Assert.That((refused.Refusal, refused.Details["expected_number"], refused.Details["expected_previous"]), Is.EqualTo((Refusal.OutOfSequence, "2", first.Id.ToString())));
        }
    }

    [Test]
    public async Task Refuses_a_return_without_a_reason_and_an_act_without_a_person()
    {
        var silent = await hub.SignAsync(StatementType.Returned, Dongcheng, document: new(default));
        var nobody = await hub.SignAsync(StatementType.SignedFor, Dongcheng, document: new(default), edit: each => each with { Actor = null });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonOf(silent), Is.EqualTo("REASON_MISSING"));
            Assert.That(await ReasonOf(nobody), Is.EqualTo("FORMAT_FAILURE"));
        }
    }

    [Test]
    public async Task Keeps_a_classified_document_out_of_the_ledger()
    {
        var package = await TestPackage.MakeAsync();
        var secret = package.Dispatch with { Classification = "机密", Title = "不应留存的标题" };
        var statement = await hub.SignAsync(StatementType.Dispatched, GeneralOffice, secret, package.Document, edit: each => each with { Actor = null });
        var size = hub.Ledger.Size;
        Assert.That(await ReasonOf(statement), Is.EqualTo("CLASSIFIED"), "Whatever else is wrong with it.");
        var rejected = (await hub.MailboxAsync(SenderNode))[^1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hub.Ledger.Size, Is.EqualTo(size + 1));
            Assert.That(((RejectedBody)rejected.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "CLASSIFIED" }));
            Assert.That((rejected.Statement.Type, rejected.Statement.Subject, rejected.Statement.Document), Is.EqualTo((StatementType.Rejected, (StatementId?)statement.Id, (DocumentId?)null)));
            Assert.That(System.Text.Encoding.UTF8.GetString(hub.Ledger.Read(size).Span), Does.Not.Contain("标题"));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package))).Refusal, Is.EqualTo(Refusal.UnknownDocument));
        }
    }

    [Test]
    public async Task States_once_that_a_classified_document_was_refused_however_often_it_is_sent()
    {
        var secret = (await TestPackage.MakeAsync()).Dispatch with { Classification = "机密" };
        var statement = await hub.SignAsync(StatementType.Dispatched, GeneralOffice, secret, new(default));
        var size = hub.Ledger.Size;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReasonOf(statement)));
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        var later = await ReasonOf(statement);
        await hub.RestartAsync(withoutCatalogue: true);
        Assert.That((answers.Append(later).Append(await ReasonOf(statement)).Distinct().Single(), hub.Ledger.Size), Is.EqualTo(("CLASSIFIED", size + 1)));
    }

    [Test]
    public async Task Rejects_with_every_reason_in_the_ledger_and_says_so_to_the_node_that_sent_it()
    {
        var statement = await hub.SignAsync(
            StatementType.Returned, Dongcheng, document: new(default), key: hub.Site.Offices[Xicheng].Key, edit: each => each with { Chain = new ChainPosition("bj/xc#1", 1, null), Actor = null });
        var size = hub.Ledger.Size;
        var refused = await HubUnderTest.RefusalOf(() => hub.PostAsync(statement, OtherNode));
        var rejected = (await hub.MailboxAsync(OtherNode))[^1];
        var body = (RejectedBody)rejected.Statement.Body;
        string[] codes = ["REASON_MISSING", "FORMAT_FAILURE", "FORMAT_FAILURE", "NOT_HOSTED", "SIGNER_NOT_BOUND"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(body.Reasons.Select(reason => reason.Code), Is.EqualTo(codes));
            Assert.That((body.Sender, rejected.Statement.Subject, rejected.Index), Is.EqualTo((OtherNode, (StatementId?)statement.Id, size)));
            Assert.That((refused.Refusal, refused.Details["codes"], refused.Details["rejected_at"]), Is.EqualTo((Refusal.ReasonMissing, string.Join(',', codes), $"{size}")));
            Assert.That(await hub.MailboxAsync(DistrictNode), Has.None.Matches<LoggedStatement>(logged => logged!.Index == size), "No other node is told.");
        }
    }

    [Test]
    public async Task Rejects_bytes_that_are_no_statement_under_their_digest()
    {
        var rubbish = "rubbish"u8.ToArray();
        await HubUnderTest.RefusalOf(() => hub.Get<StatementIntake>().JudgeAsync(rubbish, [], DistrictNode, CancellationToken.None));
        var rejected = (await hub.MailboxAsync(DistrictNode))[^1].Statement;
        Assert.That((rejected.Subject, ((RejectedBody)rejected.Body).Reasons.Single().Code), Is.EqualTo(((StatementId?)new StatementId(Digest.Of(rubbish)), "FORMAT_FAILURE")));
    }

    [Test]
    public async Task Takes_a_statement_that_was_rejected_when_another_node_sent_it_and_rejects_nothing_that_is_in_the_ledger()
    {
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        await ReasonOf(statement, OtherNode);
        var logged = await hub.PostAsync(statement);
        var size = hub.Ledger.Size;
        Assert.That((await ReasonOf(statement, OtherNode), logged.Index, hub.Ledger.Size), Is.EqualTo(("NOT_HOSTED", size - 1, size)));
    }

    [Test]
    public async Task Answers_what_got_into_the_ledger_while_it_was_judged_once_more_as_logged()
    {
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var logged = await hub.PostAsync(statement);
        var size = hub.Ledger.Size;
        var fault = new StatementFault(Refusal.Revoked, new RejectionReason("REVOKED", "已吊销", "Revoked."));
        var refused = await hub.Get<StatementRejections>().RejectAsync(statement.Id, statement.Statement.Chain, DistrictNode, [fault], CancellationToken.None);
        Assert.That((refused, logged.Index, hub.Ledger.Size), Is.EqualTo(((RefusedException?)null, size - 1, size)));
    }

    [Test]
    public async Task Refuses_without_an_entry_what_may_pass_by_itself()
    {
        var size = hub.Ledger.Size;
        var stale = StatementFault.Of(Refusal.NotAuthentic, DocExchange.Trust.Validation.Finding.Indeterminate("CRL_STALE", DocExchange.Trust.Validation.SubIndication.TryLater, "列表过期", "Stale."));
        var refused = await hub.Get<StatementRejections>().RejectAsync(new(Digest.Of("x"u8)), null, DistrictNode, [stale], CancellationToken.None);
        Assert.That((refused!.Details.ContainsKey("rejected_at"), hub.Ledger.Size), Is.EqualTo((false, size)));
    }

    [Test]
    public async Task Refuses_without_an_entry_what_a_a_node_sends_beyond_its_measure_until_an_hour_has_passed()
    {
        hub.Get<DocExchange.Hub.Operations.HubSettings>().MaxRejectionsAnHour = 2;
        var size = hub.Ledger.Size;
        var answers = new List<bool>();
        for (var at = 0; at < 4; at++)
        {
            answers.Add(await IsRejectedAsync(DistrictNode, at));
        }

        answers.Add(await IsRejectedAsync(OtherNode, 0));
        hub.Clock.Advance(TimeSpan.FromHours(1));
        answers.Add(await IsRejectedAsync(DistrictNode, 3));
        Assert.That((string.Join(' ', answers), hub.Ledger.Size), Is.EqualTo(("True True False False True True", size + 4)));
    }

    [Test]
    public async Task Keeps_an_unknown_type_without_effect()
    {
        var about = await hub.ActAsync(StatementType.Unknown, Dongcheng, new UnknownBody("Sealed2030"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(about.Effect.IsEffective, Is.False);
            Assert.That((await hub.MailboxAsync(DistrictNode))[^1].Statement.Body, Is.EqualTo(new UnknownBody("Sealed2030")));
        }
    }

    [Test]
    public async Task Refuses_altered_bytes_and_never_fails_over_them()
    {
        var statement = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var intake = hub.Get<StatementIntake>();
        await Gen.Select(Gen.Int[0, statement.Cms.Length - 1], Gen.Byte[1, 255]).SampleAsync((at, mask) => IsRefusedAsync(at, mask), iter: 400, threads: 1);
        for (var at = 0; at < statement.Cms.Length; at++)
        {
            Assert.That(await IsRefusedAsync(at, (byte)(1 << at % 8)), Is.True, $"byte {at} of {Convert.ToHexString(statement.Cms.Span)}");
        }

        async Task<bool> IsRefusedAsync(int at, byte mask)
        {
            var altered = statement.Cms.ToArray();
            altered[at] ^= mask;
            try
            {
                await intake.JudgeAsync(altered, [], DistrictNode, CancellationToken.None);
                return false;
            }
            catch (RefusedException refused)
            {
                // The issuer or the exchange may be what was altered.
                return refused.Refusal is Refusal.FormatFailure or Refusal.NotAuthentic or Refusal.NotBound or Refusal.NotHosted or Refusal.WrongExchange;
            }
        }
    }

    [Test]
    public async Task Refuses_more_recipients_than_the_site_takes()
    {
        hub.Get<DocExchange.Hub.Operations.HubSettings>().MaxRecipients = 2;
        var package = await TestPackage.MakeAsync(recipients: new RecipientList([Dongcheng, Xicheng, Haidian], []));
        Assert.That(await ReasonOf(await hub.SignAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document)), Is.EqualTo("TOO_LARGE"));
    }

    [Test]
    public async Task Knows_the_head_of_a_chain_after_an_equivocation_with_an_older_number()
    {
        var old = await hub.SignAsync(StatementType.Opened, Dongcheng, document: new(default));
        var rival = await hub.SignAsync(StatementType.Returned, Dongcheng, new PlainBody("另"), new(default));
        await hub.PostAsync(old);
        await hub.ActAsync(StatementType.Opened, Dongcheng, document: new(default));
        var head = await hub.ActAsync(StatementType.Opened, Dongcheng, document: new(default));
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);

        var kept = await hub.PostAsync(rival);
        Assert.That((kept.Effect.IsEffective, hub.Get<ICatalogue>().FindHead("bj/dc#1")), Is.EqualTo((false, new ChainHead("bj/dc#1", 3, head.Id))));
    }

    private async Task<bool> IsRejectedAsync(PartyId node, int at)
    {
        var refused = await HubUnderTest.RefusalOf(() => hub.Get<StatementIntake>().JudgeAsync(new[] { (byte)at }, [], node, CancellationToken.None));
        return refused.Details.ContainsKey("rejected_at");
    }

    private async Task<string> ReasonOf(SignedStatement statement, PartyId? node = null) =>
        (await HubUnderTest.RefusalOf(() => hub.PostAsync(statement, node))).Refusal.ToReason();
}

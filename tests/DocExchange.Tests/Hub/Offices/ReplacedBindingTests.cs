using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>Keys are replaced with the old keys' signatures, or with two security administrators, and not otherwise.</summary>
public sealed class ReplacedBindingTests
{
    [Test]
    public async Task A_new_invitation_alone_replaces_no_key()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var node = new EnrollingNode(hub, OtherNode, Haidian);

        var refused = await HubUnderTest.RefusalOf(node.EnrolAsync);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.Pending));
            Assert.That(refused.English, Does.Contain("bj/~n-other").And.Contain("bj/hd").And.Contain("0 have"));
            Assert.That(BoundTo(hub, Haidian), Is.EqualTo(new[] { hub.Site.Offices[Haidian].Key.Certificate.PublicKeyFingerprint }));
        }
    }

    [Test]
    public async Task The_old_keys_signatures_let_new_keys_take_their_place()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        await node.ProveAsync(hub.Site.Nodes[OtherNode].Machine, hub.Site.Offices[Haidian].Key);

        await node.EnrolAsync();
        var again = await node.EnrolAsync();

        var bound = hub.Get<DirectoryKeeper>().Current.Find(Haidian)!.Certificates.Single(each => each.Use == CertificateUse.Document && each.Period.Until is null);
        var evidence = BindingEvidence.Parse(hub.Get<IObjectStore>().Get(bound.Evidence!.Value));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Certificate.Parse(again.Offices[0].DocumentCertificate.Span), Is.EqualTo(bound.Certificate));
            Assert.That(bound.Certificate.PublicKeyFingerprint, Is.EqualTo(KeyOf(node, Haidian)));
            Assert.That(evidence.Change.ToXml(), Is.EqualTo(node.Change.ToXml()));
            Assert.That(evidence.Signatures, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task The_signature_of_one_old_key_does_not_speak_for_the_others()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var node = new EnrollingNode(hub, DistrictNode, Dongcheng, Xicheng);
        await node.ProveAsync(hub.Site.Nodes[DistrictNode].Machine, hub.Site.Offices[Dongcheng].Key, hub.Site.Offices[Haidian].Key);

        var refused = await HubUnderTest.RefusalOf(node.EnrolAsync);
        var (own, stranger) = (FaultOf(node.Request.Proofs[1]), FaultOf(node.Request.Proofs[2]));

        Assert.That(refused.English, Does.Contain("keys of bj/xc without"));
        Assert.That(own, Is.Null);
        Assert.That((stranger?.Code, stranger?.Indication, stranger?.SubIndication), Is.EqualTo(("SIGNER_NOT_ENTITLED", Indication.TotalFailed, SubIndication.SigConstraintsFailure)));

        Finding? FaultOf(Google.Protobuf.ByteString proof) =>
            BindingRules.ConsentOf(node.Change, proof.Memory, hub.Get<DirectoryKeeper>().Current, hub.Get<DirectoryKeeper>().Trust, hub.Clock.GetUtcNow()).Fault;
    }

    [Test]
    public async Task A_revoked_key_no_longer_speaks_for_its_successor()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await hub.Get<Revocation>().RevokeAsync(hub.Site.Offices[Haidian].Key.Certificate.Fingerprint, RevocationReason.KeyCompromise, null, CancellationToken.None);
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        await node.ProveAsync(hub.Site.Nodes[OtherNode].Machine, hub.Site.Offices[Haidian].Key);

        Assert.That((await HubUnderTest.RefusalOf(node.EnrolAsync)).English, Does.Contain("keys of bj/hd without"));
    }

    [Test]
    public async Task A_signature_made_for_another_invitation_does_not_count()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var earlier = new EnrollingNode(hub, OtherNode, Haidian);
        await earlier.ProveAsync(hub.Site.Nodes[OtherNode].Machine, hub.Site.Offices[Haidian].Key);
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        node.Request.Proofs.AddRange(earlier.Request.Proofs);

        Assert.That((await HubUnderTest.RefusalOf(node.EnrolAsync)).Refusal, Is.EqualTo(Refusal.Pending));
    }

    [Test]
    public async Task Two_security_administrators_approve_in_the_old_keys_stead()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var wang = await NameAsync(hub, "wang");
        using var chen = await NameAsync(hub, "chen");
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        await HubUnderTest.RefusalOf(node.EnrolAsync);

        await ApproveAsync(hub, node.Change, wang);
        var one = await HubUnderTest.RefusalOf(node.EnrolAsync);
        await hub.RestartAsync();
        var (_, verdict) = await ApproveAsync(hub, node.Change, chen);
        await node.EnrolAsync();

        var bound = hub.Get<DirectoryKeeper>().Current.Find(Haidian)!.Certificates.Single(each => each.Use == CertificateUse.Document && each.Period.Until is null);
        var evidence = BindingEvidence.Parse(hub.Get<IObjectStore>().Get(bound.Evidence!.Value));
        var judgedAgain = BindingRules.Judge(evidence.Change, evidence.Signatures, hub.Get<DirectoryKeeper>().Current, hub.Get<DirectoryKeeper>().Trust, hub.Clock.GetUtcNow());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(one.English, Does.Contain("(1 have)"));
            Assert.That(verdict.Approvers.Select(each => each.Id), Is.EquivalentTo(new[] { "wang", "chen" }));
            Assert.That(BoundTo(hub, Haidian), Is.EqualTo(new[] { KeyOf(node, Haidian) }));
            Assert.That(judgedAgain.Approvers.Select(each => each.Name), Is.EquivalentTo(new[] { "wang", "chen" }));
            Assert.That(hub.Get<BindingConsents>().Waiting(), Is.Empty);
        }
    }

    [Test]
    public async Task The_same_administrator_does_not_count_twice()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var wang = await NameAsync(hub, "wang");
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        await HubUnderTest.RefusalOf(node.EnrolAsync);
        await ApproveAsync(hub, node.Change, wang);

        var again = await HubUnderTest.RefusalOf(() => ApproveAsync(hub, node.Change, wang));
        using var other = await KeyAsync(hub, "wang2", wang);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Refusal, Is.EqualTo(Refusal.WrongState));
            Assert.That((await HubUnderTest.RefusalOf(node.EnrolAsync)).English, Does.Contain("(1 have)"));
        }
    }

    [Test]
    public async Task An_altered_expired_or_foreign_change_is_not_approved()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var wang = await NameAsync(hub, "wang");
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        await HubUnderTest.RefusalOf(node.EnrolAsync);
        var altered = node.Change with { Keys = [.. node.Change.Keys.Skip(1)] };
        var foreign = node.Change with { Exchange = "sh" };
        var other = node.Change with { Expires = node.Change.Expires.AddDays(30) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => ApproveAsync(hub, altered, wang))).Refusal, Is.EqualTo(Refusal.NotFound));
            Assert.That((await HubUnderTest.RefusalOf(() => ApproveAsync(hub, foreign, wang))).Refusal, Is.EqualTo(Refusal.WrongExchange));
            Assert.That((await HubUnderTest.RefusalOf(() => ApproveAsync(hub, node.Change, wang, signed: other))).Refusal, Is.EqualTo(Refusal.NotEntitled), "signed something else");
            Assert.That((await HubUnderTest.RefusalOf(() => Task.FromResult(hub.Get<BindingConsents>().Approve("<x/>"u8.ToArray(), new byte[9])))).Refusal, Is.EqualTo(Refusal.FormatFailure));
            hub.Clock.SetUtcNow(node.Change.Expires);
            Assert.That((await HubUnderTest.RefusalOf(() => ApproveAsync(hub, node.Change, wang))).Refusal, Is.EqualTo(Refusal.InvitationInvalid));
        }
    }

    [Test]
    public async Task Only_security_administrators_in_office_approve()
    {
        await using var hub = await HubUnderTest.StartAsync();
        using var auditor = await NameAsync(hub, "auditor", AdministratorRole.Audit);
        using var former = await NameAsync(hub, "former");
        await hub.Get<Administrators>().EndAsync("former", CancellationToken.None);
        var node = new EnrollingNode(hub, OtherNode, Haidian);
        await HubUnderTest.RefusalOf(node.EnrolAsync);

        foreach (var key in new[] { auditor, former, hub.Site.Offices[Dongcheng].Key })
        {
            Assert.That((await HubUnderTest.RefusalOf(() => ApproveAsync(hub, node.Change, key))).Refusal, Is.EqualTo(Refusal.NotEntitled), key.Certificate.Subject);
        }
    }

    [Test]
    public async Task An_office_that_another_node_took_meanwhile_is_not_taken_from_it()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var slow = new EnrollingNode(hub, PartyId.Node(Exchange, "slow"), Unhosted);
        var quick = new EnrollingNode(hub, PartyId.Node(Exchange, "quick"), Unhosted);

        await quick.EnrolAsync();
        var refused = await HubUnderTest.RefusalOf(slow.EnrolAsync);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Refusal, Is.EqualTo(Refusal.WrongState));
            Assert.That(refused.English, Does.Contain("bj/~quick"));
            Assert.That(hub.Get<DirectoryKeeper>().Current.Find(Unhosted)!.HostedBy, Is.EqualTo(PartyId.Node(Exchange, "quick")));
        }
    }

    [Test]
    public async Task First_keys_need_nobodys_consent_and_the_same_keys_once_more_neither()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var node = new EnrollingNode(hub, PartyId.Node(Exchange, "new"), Unhosted);
        await node.EnrolAsync();
        var site = hub.Get<SiteStore>();

        // As after a crash between the directory and the answer.
        site.Save(site.FindInvitation(node.Request.Node)! with { RequestHash = null, Reply = null });
        await node.EnrolAsync();

        Assert.That(BoundTo(hub, Unhosted), Is.EqualTo(new[] { KeyOf(node, Unhosted) }));
    }

    private static IEnumerable<Digest> BoundTo(HubUnderTest hub, PartyId office) => hub.Get<DirectoryKeeper>().Current.Find(office)!.Certificates
        .Where(each => each.Use == CertificateUse.Document && each.Period.Until is null).Select(each => each.Certificate.PublicKeyFingerprint);

    private static Digest KeyOf(EnrollingNode node, PartyId party) => node.Change.Keys.Single(key => key.Party == party && key.Use == CertificateUse.Document).PublicKey;

    private static async Task<(PendingBinding Pending, BindingVerdict Verdict)> ApproveAsync(HubUnderTest hub, BindingChange change, ISigningKey key, BindingChange? signed = null) =>
        hub.Get<BindingConsents>().Approve(change.ToXml(), await BindingRules.SignAsync((signed ?? change).ToXml(), key, hub.Clock.GetUtcNow(), CancellationToken.None));

    private static async Task<ISigningKey> NameAsync(HubUnderTest hub, string id, AdministratorRole role = AdministratorRole.Security)
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var (administrator, _) = await hub.Get<Administrators>().AddAsync(id, id, role, pair.CreateRequest(new DistinguishedName(id, null, null)), null, CancellationToken.None);
        return pair.Certified(administrator.Certificate, []);
    }

    // One key under two names would be one person with two voices.
    private static async Task<ISigningKey> KeyAsync(HubUnderTest hub, string id, ISigningKey known)
    {
        var refused = await HubUnderTest.RefusalOf(() => hub.Get<Administrators>().AddAsync(id, id, AdministratorRole.Security, null, known.Certificate, CancellationToken.None));
        Assert.That(refused.Refusal, Is.EqualTo(Refusal.WrongState));
        return known;
    }
}

using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>What one search has cost.</summary>
/// <param name="Paid">For what is paid for once.</param>
/// <param name="Other">For everything else.</param>
internal sealed record WorkBill(IReadOnlyDictionary<(Digest Signed, Digest Signer), long> Paid, long Other);

/// <summary>
/// What all searches in the judgement of one file may cost together: a file has up to 64 signers, and each counter-signature and time-stamp upon them
/// has a search of its own. What anybody can add to a signature draws on a pool of its own, so that it takes nothing from the signers. A search
/// that is remembered costs what it had cost, so that the verdict does not depend on what is. For one judgement, on one thread.
/// </summary>
public sealed class FileWork
{
    // Some 20 µs each, which no search pays for: they depend on the times that are judged by.
    private const int MaxWeighings = 40_000;
    private const int WorkOfWeighing = 25;

    private readonly HashSet<(Digest Signed, Digest Signer)> paid;
    private readonly HashSet<object> searches;
    private long weighings = MaxWeighings;

    /// <param name="work">For the signers, in <see cref="VerificationCost"/> and <see cref="RuleCost"/>.</param>
    /// <param name="added">For what anybody can add.</param>
    internal FileWork(long work, long added)
    {
        (paid, searches, Left) = ([], [], work);
        Added = new FileWork(this, added);
    }

    private FileWork(FileWork signers, long work)
    {
        (paid, searches, Left) = (signers.paid, signers.searches, work);
        Added = this;
    }

    internal long Left { get; private set; }

    /// <summary>For time-stamps and counter-signatures; what the signers have paid for is paid for here too, and the other way round.</summary>
    public FileWork Added { get; }

    /// <summary>For one file, as <see cref="CertificatePathOptions.MaxFileWork"/> and <see cref="CertificatePathOptions.MaxAddedWork"/> have it.</summary>
    public static FileWork Of(CertificatePathOptions options) => new(options.MaxFileWork, options.MaxAddedWork);

    /// <summary>For a file that grows with honest signers: so much more, in microseconds, for all of them together, and as much again for weighing what signers of lists and answers say.</summary>
    public void Allow(long more)
    {
        Left += more;
        weighings += more / WorkOfWeighing;
    }

    /// <summary>False, and nothing is paid, where too little is left.</summary>
    public bool TryPay(long cost) => TryPay(cost, null);

    /// <param name="what">Null for what is paid for each time.</param>
    internal bool TryPay(long cost, (Digest, Digest)? what)
    {
        if (what is { } known && paid.Contains(known))
        {
            return true;
        }

        if (cost > Left)
        {
            return false;
        }

        Left -= cost;
        if (what is { } done)
        {
            paid.Add(done);
        }

        return true;
    }

    /// <summary>For a search that was made before; false, and nothing is paid, where too little is left.</summary>
    /// <param name="search">What tells it from others.</param>
    internal bool TryPay(object search, WorkBill bill)
    {
        if (IsPaid(search))
        {
            return true;
        }

        if (bill.Other + bill.Paid.Where(item => !paid.Contains(item.Key)).Sum(item => item.Value) > Left)
        {
            return false;
        }

        foreach (var (what, cost) in bill.Paid)
        {
            TryPay(cost, what);
        }

        Left -= bill.Other;
        MarkPaid(search);
        return true;
    }

    /// <summary>For what one list or answer of another signer than the issuer is worth at one time.</summary>
    internal bool TryWeigh()
    {
        if (weighings == 0)
        {
            return false;
        }

        weighings--;
        return true;
    }

    internal bool IsPaid(object search) => searches.Contains(search);

    internal void MarkPaid(object search) => searches.Add(search);
}

namespace DocExchange.Trust.Certificates;

/// <summary>
/// One judgement of a chain, with those of the signers of its lists and answers, and theirs: each is judged once for each time that
/// is asked for, however many statements rest on it. For one thread.
/// </summary>
/// <param name="proofs">Of the age of lists and answers.</param>
/// <param name="file">What the judgements of one file draw on; null where this is the only one.</param>
internal sealed class StatusJudgement(CertificatePathOptions options, StatusProofs proofs, FileWork? file = null)
{
    private readonly FileWork work = file ?? FileWork.Of(options);
    private readonly Dictionary<(ExaminedChain Chain, DateTimeOffset At), PathResult> known = [];

    public CertificatePathOptions Options => options;

    public StatusProofs Proofs => proofs;

    /// <summary>Not everything was weighed.</summary>
    public bool IsLimited { get; private set; }

    public bool TryWeigh()
    {
        var isPaid = work.TryWeigh();
        IsLimited |= !isPaid;
        return isPaid;
    }

    public PathResult Of(ExaminedChain chain, DateTimeOffset at)
    {
        if (!known.TryGetValue((chain, at), out var judged))
        {
            judged = chain.Judge(at, this);
            known[(chain, at)] = judged;
        }

        return judged;
    }
}

namespace DocExchange.Trust.Certificates;

/// <summary>
/// How many signatures one judgement may still verify. Every search in it draws on the same budget, so that no set of
/// certificates, lists and answers costs more than any other.
/// </summary>
internal sealed class SignatureBudget(int checks)
{
    private int left = checks;

    public int Spent { get; private set; }

    /// <summary>Something was left unverified for want of budget.</summary>
    public bool IsExhausted { get; private set; }

    public bool TrySpend()
    {
        if (left == 0)
        {
            IsExhausted = true;
            return false;
        }

        left--;
        Spent++;
        return true;
    }
}

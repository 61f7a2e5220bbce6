using DocExchange.Trust.Faults;

namespace DocExchange.Trust.Keys;

/// <summary>A cryptographic token (PKCS#11) cannot do what is asked: it is absent, locked, or has no such key.</summary>
public sealed class TokenException(string chinese, string english, Exception? inner = null) : Exception(english, inner), IWorded
{
    public string Chinese => chinese;

    public string English => Message;
}

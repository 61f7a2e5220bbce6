using DocExchange.Trust.Faults;

namespace DocExchange.Trust.Keys;

/// <summary>The password does not open the key, or the PIN the token.</summary>
public sealed class WrongPasswordException : Exception, IWorded
{
    /// <summary>Of a key file.</summary>
    public WrongPasswordException(Exception? inner = null)
        : this("口令不正确，或密钥文件已被改动。", "The password does not open this key. Check the password and that the file is the intended one.", inner)
    {
    }

    private WrongPasswordException(string chinese, string english, Exception? inner)
        : base(english, inner) => Chinese = chinese;

    public string Chinese { get; }

    public static WrongPasswordException OfToken(Exception inner) => new(
        "密码钥匙的 PIN 不正确。多次输错会锁定密码钥匙。", "The PIN does not open this token. Tokens lock themselves after several wrong ones.", inner);
}

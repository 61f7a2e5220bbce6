namespace DocExchange.Trust.Keys;

/// <summary>The password does not open the key.</summary>
public sealed class WrongPasswordException(Exception? inner = null)
    : Exception("The password does not open this key. Check the password and that the file is the intended one.", inner);

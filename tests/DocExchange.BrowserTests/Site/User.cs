namespace DocExchange.BrowserTests.Site;

/// <summary>Somebody who signs in at a desk or at the console.</summary>
/// <param name="Id">What is typed.</param>
/// <param name="Name">As it goes into statements.</param>
internal sealed record User(string Id, string Name, string Role, string Password);
